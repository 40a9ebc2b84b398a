import { denyBarePod } from "../../../../../policy/kubernetes/workload/denyBarePod.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyBarePod, {
  compliant: { type: "kubernetes:batch/v1:Job", name: "job", props: {} },
  refuses: {
    "that kind of resource": {
      resource: { type: "kubernetes:core/v1:Pod", name: "pod", props: { metadata: { name: "debug" } } },
      says: /kind is "Pod debug"/,
    },
  },
});
