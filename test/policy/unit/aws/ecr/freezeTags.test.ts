import { freezeTags } from "../../../../../policy/aws/ecr/freezeTags.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(freezeTags, {
  compliant: {
    type: "aws:ecr/repository:Repository",
    name: "images",
    props: { imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } },
  },

  refuses: {
    "tags that move": { props: { imageTagMutability: "MUTABLE" }, says: /imageTagMutability is "MUTABLE"/ },
    silence: { props: { imageTagMutability: undefined }, says: /not set/ },
  },
});
