import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** Name of a Job with a digest of what it runs: a Job can not be changed, so that another spec is another Job. */
export function jobName(base: string, spec: pulumi.Input<object>): pulumi.Output<string> {
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 10);
  return pulumi.unsecret(pulumi.jsonStringify(spec).apply((text) => `${base}-${digest(text)}`));
}
