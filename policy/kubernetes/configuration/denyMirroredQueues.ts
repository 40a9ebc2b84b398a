import type { ResourceValidationPolicy } from "@pulumi/policy";
import { objectOf } from "../../support/kubernetesObject.ts";
import { validateSelected } from "../../support/validate.ts";

interface Data {
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}
const mirrored = /\b(ha-mode|ha-params|ha-sync-mode|x-ha-policy)\b/;

/** The data of a Secret is base64, that of a ConfigMap text: read both ways, since a wrong reading matches nothing. */
function decoded(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, `${text}\n${Buffer.from(text, "base64").toString("utf8")}`]),
  );
}

export const denyMirroredQueues: ResourceValidationPolicy = {
  name: "kubernetes-configuration-deny-mirrored-queues",
  description:
    "No queue is configured as a classic mirrored one: RabbitMQ 4 ignores that without a word, and the queue has a single copy.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(objectOf<Data>("ConfigMap", "Secret"), ({ data, stringData }, report) => {
    const texts = { ...decoded(data ?? {}), ...stringData };
    for (const [key, text] of Object.entries(texts)) {
      const found = mirrored.exec(text)?.[0];
      if (found !== undefined)
        report(`${key} uses ${found}, but must declare quorum queues: RabbitMQ 4 has no mirrored ones`);
    }
  }),
};
