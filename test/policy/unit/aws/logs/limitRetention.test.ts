import { limitRetention } from "../../../../../policy/aws/logs/limitRetention.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(limitRetention, {
  compliant: { type: "aws:cloudwatch/logGroup:LogGroup", name: "logs", props: { retentionInDays: 90 } },

  refuses: {
    "for ever": { props: { retentionInDays: 0 }, says: /retentionInDays is 0/ },
    silence: { props: { retentionInDays: undefined }, says: /not set/ },
  },
});
