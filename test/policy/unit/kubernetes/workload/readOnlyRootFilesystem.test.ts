import { readOnlyRootFilesystem } from "../../../../../policy/kubernetes/workload/readOnlyRootFilesystem.ts";
import { container, deployment } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(readOnlyRootFilesystem, {
  compliant: deployment,

  refuses: {
    "a writable root": {
      props: { [`${container}.securityContext.readOnlyRootFilesystem`]: undefined },
      says: /readOnlyRootFilesystem is not set/,
    },
  },
});
