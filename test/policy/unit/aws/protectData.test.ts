import { protectData } from "../../../../policy/aws/protectData.ts";
import { database } from "../../support/awsResources.ts";
import { describePolicy } from "../../support/describePolicy.ts";

describePolicy(protectData, {
  compliant: database,

  accepts: {
    "an unprotected primary in dev": { opts: { protect: false }, environment: "dev" },
    "an unprotected replica": { opts: { protect: false }, props: { replicateSourceDb: "db" } },
  },
  refuses: {
    "an unprotected primary": { opts: { protect: false }, says: /opts.protect is false/ },
  },
});
