import { logRequests } from "../../../../../policy/aws/cloudfront/logRequests.ts";
import { distribution } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";
import type { CapturedResource } from "../../../support/violationsOf.ts";

const source: CapturedResource = {
  type: "aws:cloudwatch/logDeliverySource:LogDeliverySource",
  name: "requests",
  props: { logType: "ACCESS_LOGS", resourceArn: "<cdn.arn>" },
};

describePolicy(logRequests, {
  compliant: distribution,
  others: [source],
  accepts: { "logs in a bucket by the older way": { others: [], props: { loggingConfig: { bucket: "logs" } } } },
  refuses: {
    silence: { others: [], props: { loggingConfig: undefined }, says: /no access logs/ },
  },
});
