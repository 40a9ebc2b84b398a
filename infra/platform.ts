import type { PlatformConfig } from "./config/parseConfig.ts";
import { createGenerators } from "./generators.ts";
import { createOnAws } from "./onAws.ts";
import { createOnKubernetes } from "./onKubernetes.ts";
import type { Outputs } from "./outputs.ts";

/** Everything that a stack has, in the order in which it stands on each other. Returns the stack's outputs. */
export function createPlatform(config: PlatformConfig): Outputs {
  const generators = createGenerators();
  return config.environment === "local" ? createOnKubernetes(config, generators) : createOnAws(config, generators);
}
