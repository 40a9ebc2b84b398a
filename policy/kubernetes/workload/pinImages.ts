import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { containersOf, workloadOf } from "../../support/workload.ts";

// registry:port/name:tag@sha256:digest; a colon before the last slash is a port.
const reference = /^[^@]*?(?::(?<tag>[^:/@]+))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

export const pinImages: ResourceValidationPolicy = {
  name: "kubernetes-workload-pin-images",
  description:
    "An image is named by tag, in production by digest too: every replica runs the program that was tested, whenever its node pulls it.",
  enforcementLevel: "mandatory",
  severity: "high",
  configSchema: environmentSchema,
  validateResource: validateSelected(workloadOf, (workload, report, args) => {
    for (const { container, path } of containersOf(workload)) {
      const { image } = container;
      const { tag, digest } = reference.exec(image ?? "")?.groups ?? {};
      if (digest !== undefined) continue;
      if (environmentOf(args) === "prod") {
        report(wanted(`${path}.image`, image, "pinned by digest (name:tag@sha256:…)"));
      } else if (tag === undefined || tag === "latest") {
        report(wanted(`${path}.image`, image, "a fixed tag or digest"));
      }
    }
  }),
};
