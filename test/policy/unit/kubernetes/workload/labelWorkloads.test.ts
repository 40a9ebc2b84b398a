import { labelWorkloads } from "../../../../../policy/kubernetes/workload/labelWorkloads.ts";
import { deployment } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(labelWorkloads, {
  compliant: deployment,

  refuses: {
    "no name": {
      props: { "spec.template.metadata.labels": { "app.kubernetes.io/part-of": "jobsprint" } },
      says: /labels\[app.kubernetes.io\/name\] is not set/,
    },
  },
});
