import { spanZones } from "../../../../../policy/aws/rds/spanZones.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(spanZones, {
  compliant: database,

  accepts: {
    "one zone in dev": { props: { multiAz: false }, environment: "dev" },
    "a replica": { props: { multiAz: false, replicateSourceDb: "db" } },
  },
  refuses: {
    "one zone": { props: { multiAz: false }, says: /multiAz is false/ },
  },
});
