import { encryptStorage } from "../../../../../policy/aws/rds/encryptStorage.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(encryptStorage, {
  compliant: database,

  refuses: {
    "a plain disk": { props: { storageEncrypted: false }, says: /storageEncrypted is false/ },
    silence: { props: { storageEncrypted: undefined }, says: /storageEncrypted is not set/ },
    "a plain disk in dev": { props: { storageEncrypted: false }, environment: "dev", says: /must be true/ },
  },
});
