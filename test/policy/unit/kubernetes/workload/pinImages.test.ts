import { pinImages } from "../../../../../policy/kubernetes/workload/pinImages.ts";
import { container, deployment } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(pinImages, {
  compliant: deployment,

  accepts: { "a tag in dev": { props: { [`${container}.image`]: "registry:5000/api:1.2.3" }, environment: "dev" } },
  refuses: {
    "a tag in prod": { props: { [`${container}.image`]: "registry:5000/api:1.2.3" }, says: /pinned by digest/ },
    "latest in dev": {
      props: { [`${container}.image`]: "registry:5000/api:latest" },
      environment: "dev",
      says: /image is "registry:5000\/api:latest"/,
    },
    "no tag in dev": {
      props: { [`${container}.image`]: "registry:5000/api" },
      environment: "dev",
      says: /a fixed tag/,
    },
    silence: { props: { [`${container}.image`]: undefined }, environment: "dev", says: /image is not set/ },
  },
});
