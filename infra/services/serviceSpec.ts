import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseLocation } from "../data/postgres/databaseEndpoints.ts";
import type { Resources, Sizing } from "../sizing.ts";

/** Where the data layer is, as far as no name says it. */
export interface Connections {
  /** Of the primary, which n8n reaches without PgBouncer. */
  readonly databaseHost: pulumi.Input<string>;
  /** Whose signature its certificate bears: a path in n8n's containers. Ours is mounted; another one its image must carry. */
  readonly databaseCaFile: string;
  readonly databaseLocation: DatabaseLocation;
  /** Members of the Redis cluster, host:port. */
  readonly redisNodes: readonly string[];
  /** Where users and webhooks come in, for example https://app.example.com/. */
  readonly publicUrl: string;
}

export type Environment = Readonly<Record<string, pulumi.Input<string>>>;

/** Who sets the count of pods. */
export type Scaling =
  | {
      readonly by: "hpa" | "autoscaler";
      /** Pods that are kept at least, and at most. */
      readonly minReplicas: (sizing: Sizing) => number;
      readonly maxReplicas: (sizing: Sizing) => number;
    }
  | { readonly by: "nobody"; readonly replicas: number };

export interface Probes {
  readonly port: number;
  /** Answers while the process works; a restart would not mend more. */
  readonly live: string;
  /** Answers 200 while the pod can take work. */
  readonly ready: string;
  /** Longest start, seconds: migrations of a new version are part of it. */
  readonly startSeconds: number;
}

/** A tier, as far as it follows from nothing else. */
export interface ServiceSpec {
  /** Key of the images in the stack's configuration. */
  readonly image: ServiceImage;
  /** The user that the image is built for. */
  readonly uid: number;
  /** Of the container; the image's own unless told. */
  readonly args?: readonly string[];
  /** Container ports by name. */
  readonly ports: Readonly<Record<string, number>>;
  /** Which of them the Service's port http leads to; no Service where nobody calls the tier. */
  readonly serves?: number;
  readonly probes: Probes;
  readonly environment: (connections: Connections) => Environment;
  /** Secrets that are mounted, each as a folder of files. */
  readonly credentials: readonly string[];
  /** Workloads that it connects to: what lets them in follows from it. */
  readonly calls: readonly string[];
  /** Targets of the load balancer. */
  readonly public?: boolean;
  /** Whether it calls servers on the Internet. */
  readonly internet?: boolean;
  /** Whether it calls AWS where there is one, with credentials from the agent on its node. */
  readonly aws?: boolean;
  readonly resources: (sizing: Sizing) => Resources;
  /**
   * However small the machine is: memory without which the process does not start, and where marks are percentages of the
   * request, so much of both that its usual use lies between them.
   */
  readonly least: Partial<Resources>;
  /** Share of the limit that is requested; 1 unless told. */
  readonly requestShare?: number;
  readonly scaling: Scaling;
  /** Time for work in flight after SIGTERM, seconds. */
  readonly drainSeconds: number;
}

/** The images of the configuration that run tiers. */
export type ServiceImage = "frontend" | "apiGateway" | "aiService" | "integrationService" | "n8n" | "workflowWorker";

/** name:tag of each, perhaps with a digest; a tier without one is left out. */
export type ServiceImages = { readonly [image in ServiceImage]?: string | undefined };
