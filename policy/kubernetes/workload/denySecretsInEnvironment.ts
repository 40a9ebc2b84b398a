import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { containersOf, workloadOf } from "../../support/workload.ts";

const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ENCRYPTION_KEY|COOKIE|CREDENTIALS?)$/i;
const credentialsInUrl = /:\/\/[^/\s:@$]+:[^/\s:@$]+@/;
/** A switch, a path, or a reference to another variable. */
const harmless = /^(true|false|\/.*|\$\(\w+\))$/;

function isSecret(name: string, value: string | undefined): boolean {
  if (value === undefined || value === "" || harmless.test(value)) return false;
  return secretName.test(name) || credentialsInUrl.test(value);
}

export const denySecretsInEnvironment: ResourceValidationPolicy = {
  name: "kubernetes-workload-deny-secrets-in-environment",
  description:
    "No credential stands in the environment in clear: it would be in the manifest, in the state and in every crash report.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(workloadOf, (workload, report) => {
    for (const { container, path } of containersOf(workload)) {
      for (const { name, value } of container.env ?? []) {
        if (isSecret(name ?? "", value)) {
          // The value is left out: the message reaches logs.
          report(`${path}.env[${name ?? "?"}] holds a secret in clear, but must come from a file of a mounted Secret`);
        }
      }
    }
  }),
};
