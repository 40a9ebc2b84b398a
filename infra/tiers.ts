import type * as pulumi from "@pulumi/pulumi";
import type { PlatformConfig } from "./config/parseConfig.ts";
import type { CertificateAuthority } from "./data/certificates/certificateAuthority.ts";
import type { DatabaseEndpoints } from "./data/postgres/databaseEndpoints.ts";
import { Autoscaler } from "./scaling/autoscaler.ts";
import type { Pacing } from "./scaling/pacing.ts";
import { HorizontalPodAutoscalers } from "./scaling/horizontalPodAutoscalers.ts";
import { authority as authorityNames } from "./naming.ts";
import { Services } from "./services/services.ts";
import type { Providers } from "./stores.ts";

export interface TiersOptions {
  readonly config: PlatformConfig;
  readonly providers: Providers;
  readonly database: DatabaseEndpoints;
  readonly authority: CertificateAuthority;
  /** Of the data layer's Secrets, by their names. */
  readonly checksums: Readonly<Record<string, pulumi.Output<string>>>;
  /** Members of the Redis cluster, host:port. */
  readonly redisNodes: readonly string[];
  /** Where users come in. */
  readonly publicUrl: string;
  /** Addresses from which the public tiers are called: the load balancer's, where there is one. */
  readonly clientCidrs: readonly string[];
  /** Addresses from which the API server calls the autoscaler. */
  readonly apiServerCidrs: readonly string[];
  /** How soon and at what load counts change; production's unless told. */
  readonly pacing?: Pacing;
  /** Divides requests and limits. */
  readonly divisor: number;
  /** What must stand before the first pod starts. */
  readonly after: readonly pulumi.Resource[];
}

/** The services and who scales them: the same on every cluster. */
export function createTiers(options: TiersOptions): void {
  const { config, providers, database, divisor } = options;
  const services = new Services(
    "services",
    {
      images: config.images,
      sizing: config.sizing,
      connections: {
        databaseHost: database.primaryHost,
        databaseCaFile: database.caFile,
        databaseLocation: database.location,
        redisNodes: options.redisNodes,
        publicUrl: options.publicUrl,
      },
      clientCidrs: options.clientCidrs,
      aws: config.environment !== "local",
      checksums: options.checksums,
      protect: config.safety.protect,
      divisor,
    },
    { providers, dependsOn: [...options.after] },
  );
  // After the Deployments that they scale.
  const after = { providers, dependsOn: [services] };
  const scaled = { images: config.images, sizing: config.sizing, ...options.pacing };
  const autoscaler = new Autoscaler(
    "autoscaler",
    {
      ...scaled,
      image: config.images.autoscaler,
      authority: options.authority,
      apiServerCidrs: options.apiServerCidrs,
      priorityClassName: services.priorityClassName,
      authorityChecksum: options.checksums[authorityNames.configMap] ?? "",
      divisor,
    },
    after,
  );
  // It serves what the gateway's HPA asks for.
  new HorizontalPodAutoscalers("hpa", scaled, { providers, dependsOn: [services, autoscaler] });
}
