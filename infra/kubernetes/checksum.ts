import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * Annotation value that changes with a ConfigMap or Secret, so that pods that read it at start are replaced.
 * A digest of a secret is not secret: nobody learns a generated password from it.
 */
export function checksumOf(data: pulumi.Input<Record<string, pulumi.Input<string>>>): pulumi.Output<string> {
  return pulumi.unsecret(
    pulumi.output(data).apply((values) => {
      const sorted = Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
      return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
    }),
  );
}
