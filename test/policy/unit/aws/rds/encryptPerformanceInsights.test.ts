import { encryptPerformanceInsights } from "../../../../../policy/aws/rds/encryptPerformanceInsights.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(encryptPerformanceInsights, {
  compliant: database,

  accepts: {
    "no Performance Insights": { props: { performanceInsightsEnabled: false, performanceInsightsKmsKeyId: undefined } },
  },
  refuses: {
    "the key of AWS": {
      props: { performanceInsightsKmsKeyId: undefined },
      says: /performanceInsightsKmsKeyId is not set/,
    },
  },
});
