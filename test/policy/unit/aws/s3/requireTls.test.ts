import { requireTls } from "../../../../../policy/aws/s3/requireTls.ts";
import { bucket } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";
import type { CapturedResource } from "../../../support/violationsOf.ts";

const policy = (Effect: string): CapturedResource => ({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  name: "tls",
  props: {
    bucket: "assets",
    policy: JSON.stringify({ Statement: [{ Effect, Condition: { Bool: { "aws:SecureTransport": "false" } } }] }),
  },
});

describePolicy(requireTls, {
  compliant: bucket,
  others: [policy("Deny")],

  refuses: {
    "no policy": { others: [], says: /no Deny on aws:SecureTransport/ },
    "an Allow": { others: [policy("Allow")], says: /no Deny/ },
  },
});
