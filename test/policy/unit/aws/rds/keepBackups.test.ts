import { keepBackups } from "../../../../../policy/aws/rds/keepBackups.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(keepBackups, {
  compliant: database,

  accepts: {
    "a day in dev": { props: { backupRetentionPeriod: 1 }, environment: "dev" },
    "a replica": { props: { backupRetentionPeriod: 0, replicateSourceDb: "db" } },
  },
  refuses: {
    "a week in prod": {
      props: { backupRetentionPeriod: 7 },
      says: /backupRetentionPeriod is 7, but must be at least 14/,
    },
    "none in dev": { props: { backupRetentionPeriod: 0 }, environment: "dev", says: /at least 1/ },
    silence: { props: { backupRetentionPeriod: undefined }, says: /not set/ },
  },
});
