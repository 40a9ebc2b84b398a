import { protectStatefulSets } from "../../../../../policy/kubernetes/workload/protectStatefulSets.ts";
import { statefulSet } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(protectStatefulSets, {
  compliant: statefulSet,

  accepts: {
    "an unprotected broker in dev": { opts: { protect: false }, environment: "dev" },
    "one without volumes": { opts: { protect: false }, props: { "spec.volumeClaimTemplates": undefined } },
  },
  refuses: {
    "an unprotected broker": { opts: { protect: false }, says: /opts.protect is false/ },
  },
});
