import { takeFinalSnapshot } from "../../../../../policy/aws/rds/takeFinalSnapshot.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(takeFinalSnapshot, {
  compliant: database,

  accepts: {
    "a skipped snapshot in dev": { props: { skipFinalSnapshot: true }, environment: "dev" },
    "a replica": { props: { skipFinalSnapshot: true, replicateSourceDb: "db" } },
  },
  refuses: {
    "a skipped snapshot": { props: { skipFinalSnapshot: true }, says: /skipFinalSnapshot is true/ },
    "a snapshot without a name": {
      props: { finalSnapshotIdentifier: undefined },
      says: /finalSnapshotIdentifier is not set/,
    },
  },
});
