import { scanImages } from "../../../../../policy/aws/ecr/scanImages.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(scanImages, {
  compliant: {
    type: "aws:ecr/repository:Repository",
    name: "images",
    props: { imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } },
  },

  refuses: {
    "no scan": { props: { imageScanningConfiguration: undefined }, says: /scanOnPush is not set/ },
  },
});
