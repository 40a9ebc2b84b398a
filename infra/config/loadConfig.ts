import * as pulumi from "@pulumi/pulumi";
import { parseConfig, type PlatformConfig } from "./parseConfig.ts";

/** The configuration of the stack that runs. Throws a ConfigError that lists every problem. */
export function loadConfig(): PlatformConfig {
  const prefix = `${pulumi.getProject()}:`;
  // All of them, not those that are known: a key that nobody reads is a mistake somebody made.
  const own = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [key.slice(prefix.length), text] as const);
  return parseConfig(Object.fromEntries(own), `Pulumi.${pulumi.getStack()}.yaml`);
}
