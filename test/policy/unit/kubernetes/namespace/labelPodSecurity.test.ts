import { labelPodSecurity } from "../../../../../policy/kubernetes/namespace/labelPodSecurity.ts";
import { object } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

const label = "pod-security.kubernetes.io/enforce";

describePolicy(labelPodSecurity, {
  compliant: object("core/v1:Namespace", "jobsprint", {
    metadata: { name: "jobsprint", labels: { [label]: "restricted" } },
  }),

  accepts: {
    "a privileged monitoring": { props: { metadata: { name: "monitoring", labels: { [label]: "privileged" } } } },
  },
  refuses: {
    silence: { props: { "metadata.labels": undefined }, says: /enforce\] is not set/ },
    "a weaker level": {
      props: { "metadata.labels": { [label]: "baseline" } },
      says: /is "baseline", but must be "restricted"/,
    },
    "no level of monitoring": { props: { metadata: { name: "monitoring" } }, says: /must be set/ },
  },
});
