import { PlatformNamespace } from "./cluster/platformNamespace.ts";
import { createAwsFoundation } from "./awsFoundation.ts";
import type { PlatformConfig } from "./config/parseConfig.ts";
import { createGenerators } from "./generators.ts";

export type Outputs = Record<string, unknown>;

export function createPlatform(config: PlatformConfig): Outputs {
  const generators = createGenerators();
  if (config.environment === "local") throw new Error("not yet");
  const { cluster } = createAwsFoundation(config, generators);
  new PlatformNamespace("platform", {}, { providers: { kubernetes: cluster.provider }, dependsOn: [...cluster.ready] });
  return { clusterName: cluster.name };
}
