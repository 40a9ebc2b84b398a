import { manageMasterPassword } from "../../../../../policy/aws/rds/manageMasterPassword.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(manageMasterPassword, {
  compliant: database,

  accepts: {
    "a replica": { props: { manageMasterUserPassword: undefined, replicateSourceDb: "db" } },
    "a password that is write-only": {
      props: { manageMasterUserPassword: undefined, passwordWo: "hunter2", passwordWoVersion: 1 },
    },
  },
  refuses: {
    "a password of the program": { props: { password: "hunter2" }, says: /^password is set(?!.*hunter2)/ },
    silence: { props: { manageMasterUserPassword: undefined }, says: /manageMasterUserPassword is not set/ },
  },
});
