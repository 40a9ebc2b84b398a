import { encryptObjects } from "../../../../../policy/aws/s3/encryptObjects.ts";
import { bucket } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";
import type { CapturedResource } from "../../../support/violationsOf.ts";

const encryption: CapturedResource = {
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  name: "encryption",
  props: { bucket: "assets", rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] },
};

describePolicy(encryptObjects, {
  compliant: bucket,
  others: [encryption],

  refuses: {
    silence: { others: [], says: /server side encryption of the bucket is not set/ },
  },
});
