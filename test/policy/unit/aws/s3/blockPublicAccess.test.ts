import { blockPublicAccess } from "../../../../../policy/aws/s3/blockPublicAccess.ts";
import { bucket } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";
import type { CapturedResource } from "../../../support/violationsOf.ts";

const block: CapturedResource = {
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  name: "block",
  props: {
    bucket: "assets",
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
};

describePolicy(blockPublicAccess, {
  compliant: bucket,
  others: [block],

  refuses: {
    "no block": { others: [], says: /no BucketPublicAccessBlock/ },
    "an open setting": {
      others: [{ ...block, props: { ...block.props, blockPublicPolicy: false } }],
      says: /blockPublicPolicy of block is false/,
    },
    "the block of another bucket": {
      others: [{ ...block, props: { ...block.props, bucket: "other" } }],
      says: /no BucketPublicAccessBlock/,
    },
  },
});
