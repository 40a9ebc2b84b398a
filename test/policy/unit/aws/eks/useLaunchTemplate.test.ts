import { useLaunchTemplate } from "../../../../../policy/aws/eks/useLaunchTemplate.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(useLaunchTemplate, {
  compliant: {
    type: "aws:eks/nodeGroup:NodeGroup",
    name: "nodes",
    props: { launchTemplate: { id: "lt-1", version: "1" } },
  },
  refuses: { "the template of EKS": { props: { launchTemplate: undefined }, says: /launchTemplate is not set/ } },
});
