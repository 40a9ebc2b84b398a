import type { ResourceValidationPolicy } from "@pulumi/policy";
import { objectOf } from "../../support/kubernetesObject.ts";
import { validateSelected } from "../../support/validate.ts";

interface Data {
  data?: Record<string, string>;
}
const secrets = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /:\/\/[^/\s:@$]+:[^/\s:@$]+@/,
  // A setting with a value that is neither a path, a variable nor empty.
  /^[ \t]*"?(\w*_)?(password|password_hash|passwd|secret|token|requirepass|masterauth|erlang_cookie)"?[ \t]*[:= ][ \t]*"?[^\s"'/$<{[]/im,
];

export const denySecretsInConfigMaps: ResourceValidationPolicy = {
  name: "kubernetes-configuration-deny-secrets-in-config-maps",
  description: "No credential stands in a ConfigMap: everyone who may look at the namespace reads it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(objectOf<Data>("ConfigMap"), ({ data }, report) => {
    for (const [key, text] of Object.entries(data ?? {})) {
      // The text is left out: the message reaches logs.
      if (secrets.some((secret) => secret.test(text))) {
        report(`data[${key}] holds a secret in clear, but must be in a Secret`);
      }
    }
  }),
};
