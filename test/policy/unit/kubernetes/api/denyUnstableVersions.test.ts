import { denyUnstableVersions } from "../../../../../policy/kubernetes/api/denyUnstableVersions.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyUnstableVersions, {
  compliant: { type: "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding", name: "third-party", props: {} },
  refuses: {
    "that kind of resource": {
      resource: { type: "kubernetes:autoscaling/v2beta2:HorizontalPodAutoscaler", name: "hpa", props: {} },
      says: /apiVersion is "autoscaling\/v2beta2"/,
    },
  },
});
