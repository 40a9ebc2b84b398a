import { createAwsDatabase } from "./awsDatabase.ts";
import { createAwsEdge } from "./awsEdge.ts";
import { createAwsFoundation } from "./awsFoundation.ts";
import { PlatformNamespace } from "./cluster/platformNamespace.ts";
import type { PlatformConfig } from "./config/parseConfig.ts";
import { createGenerators } from "./generators.ts";

export type Outputs = Record<string, unknown>;

export function createPlatform(config: PlatformConfig): Outputs {
  const generators = createGenerators();
  if (config.environment === "local") throw new Error("not yet");
  const foundation = createAwsFoundation(config, generators);
  const { cluster } = foundation;
  new PlatformNamespace("platform", {}, { providers: { kubernetes: cluster.provider }, dependsOn: [...cluster.ready] });
  createAwsDatabase(config, foundation);
  const cdn = createAwsEdge(config, foundation);
  return { clusterName: cluster.name, cdnDomain: cdn.domainName };
}
