import { PlatformNamespace } from "./cluster/platformNamespace.ts";
import type { LocalPlatformConfig } from "./config/parseConfig.ts";
import { LocalPostgres } from "./data/postgres/localPostgres.ts";
import type { Generators } from "./generators.ts";
import { anywhere } from "./kubernetes/placement.ts";
import { createLocalCluster } from "./localFoundation.ts";
import { Prometheus } from "./monitoring/prometheus.ts";
import { workloads } from "./naming.ts";
import { commonOutputs, type Outputs } from "./outputs.ts";
import { callersOf } from "./services/catalogue.ts";
import { urlOf } from "./services/environment.ts";
import { createCredentials, createStores } from "./stores.ts";
import { createTiers } from "./tiers.ts";

/** A stack without AWS, on whatever cluster the kubeconfig names: the database and Prometheus are pods too. */
export function createOnKubernetes(config: LocalPlatformConfig, generators: Generators): Outputs {
  const { images, sizing, local } = config;
  const { divisor, storageClass, clientCidrs, pace, requestsPerSecondPerGateway } = local;
  const { apiGateway, workflowWorker } = local.maxReplicas;
  // Whoever runs the program says by the kubeconfig which cluster; nodes, network and storage are its owner's.
  const cluster = createLocalCluster();
  const namespace = new PlatformNamespace("platform", {}, { providers: { kubernetes: cluster } });
  const after = [namespace];
  const providers = { kubernetes: cluster, ...generators };
  const credentials = createCredentials({ providers, after });
  const postgres = new LocalPostgres(
    "postgres",
    {
      ...{ image: images.postgres, sizing: sizing.postgres, divisor, storageClass },
      authority: credentials.authority,
      clients: [...callersOf(workloads.postgres), workloads.pgbouncer, workloads.schema],
    },
    { providers, dependsOn: after },
  );
  const common = { config, providers, database: postgres.endpoints, divisor };
  const master = { kind: "credential", credential: postgres.masterCredential } as const;
  // All nodes are alike.
  const stores = createStores({ ...common, credentials, master, storageClass, placement: anywhere, after: [postgres] });
  // No load balancer: whoever may reach its pods calls it, or `kubectl port-forward` leads to it.
  const entrance = images.frontend === undefined ? workloads.apiGateway : workloads.frontend;
  const publicUrl = `${urlOf(entrance)}/`;
  createTiers({
    ...{ ...common, ...stores, publicUrl, clientCidrs },
    authority: credentials.authority,
    // Of a cluster that somebody else keeps nobody knows the API server's address.
    apiServerCidrs: ["0.0.0.0/0"],
    pacing: {
      ...{ pace, requestsPerSecondPerGateway },
      maxReplicas: { [workloads.apiGateway]: apiGateway, [workloads.workflowWorker]: workflowWorker },
    },
    after: stores.all,
  });
  new Prometheus(
    "prometheus",
    { image: images.prometheus, storageClassName: storageClass, divisor },
    { providers, dependsOn: after },
  );
  return commonOutputs(publicUrl);
}
