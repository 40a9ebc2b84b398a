import type * as kubernetes from "@pulumi/kubernetes";
import { createAwsDatabase } from "./awsDatabase.ts";
import { createAwsEdge } from "./awsEdge.ts";
import { createAwsFoundation } from "./awsFoundation.ts";
import { PlatformNamespace } from "./cluster/platformNamespace.ts";
import type { PlatformConfig } from "./config/parseConfig.ts";
import { createGenerators, type Generators } from "./generators.ts";
import { Services } from "./services/services.ts";

export type Outputs = Record<string, unknown>;

export function createPlatform(config: PlatformConfig): Outputs {
  const generators = createGenerators();
  if (config.environment === "local") throw new Error("not yet");
  const foundation = createAwsFoundation(config, generators);
  const { cluster } = foundation;
  const ns = new PlatformNamespace(
    "platform",
    {},
    { providers: { kubernetes: cluster.provider }, dependsOn: [...cluster.ready] },
  );
  const database = createAwsDatabase(config, foundation);
  const providers = { kubernetes: cluster.provider, ...generators };
  new Services(
    "services",
    {
      images: config.images,
      sizing: config.sizing,
      connections: {
        databaseHost: database.endpoints.primaryHost,
        databaseCaFile: database.endpoints.caFile,
        databaseLocation: database.endpoints.location,
        redisNodes: [],
        publicUrl: `https://${config.edge.domain}/`,
      },
      loadBalancerCidrs: [config.network.cidr],
      protect: config.safety.protect,
    },
    { providers, dependsOn: [ns] },
  );
  const cdn = createAwsEdge(config, foundation);
  return { clusterName: cluster.name, cdnDomain: cdn.domainName };
}
