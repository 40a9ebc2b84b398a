/** The three deployments of the scalability strategy, word for word: every figure of its sizing tables stands here and nowhere else. */

export const sizes = ["small", "medium", "large"] as const;
export type Size = (typeof sizes)[number];

/** Of each pod or instance: cores, and GiB of memory. Requests equal limits for what holds data. */
export interface Resources {
  readonly cpu: number;
  readonly memoryGi: number;
}

/** Pods of a tier; where an HPA or the autoscaler sets the count, the least that are kept. */
export interface TierSizing extends Resources {
  readonly replicas: number;
}

/** Members of a cluster, each with a disk of its own, GiB. */
export interface ClusterSizing extends Resources {
  readonly nodes: number;
  readonly storageGi: number;
}

export interface Sizing {
  /** The strategy plans this deployment for so many users. */
  readonly users: number;
  readonly frontend: TierSizing;
  readonly apiGateway: TierSizing;
  /** n8n. */
  readonly workflowService: TierSizing;
  /** One primary and `replicas` read replicas, all of this size. */
  readonly postgres: Resources & { readonly replicas: number; readonly storageGi: number };
  readonly redis: ClusterSizing;
  readonly rabbitmq: ClusterSizing;
}

export const sizing = {
  small: {
    users: 100,
    frontend: { replicas: 2, memoryGi: 0.5, cpu: 0.5 },
    apiGateway: { replicas: 2, memoryGi: 1, cpu: 1 },
    workflowService: { replicas: 2, memoryGi: 2, cpu: 1 },
    postgres: { replicas: 0, memoryGi: 4, cpu: 2, storageGi: 100 },
    redis: { nodes: 1, memoryGi: 2, cpu: 1, storageGi: 10 },
    rabbitmq: { nodes: 1, memoryGi: 2, cpu: 1, storageGi: 10 },
  },
  medium: {
    users: 1000,
    frontend: { replicas: 3, memoryGi: 1, cpu: 1 },
    apiGateway: { replicas: 3, memoryGi: 2, cpu: 1 },
    workflowService: { replicas: 3, memoryGi: 4, cpu: 2 },
    postgres: { replicas: 2, memoryGi: 16, cpu: 4, storageGi: 500 },
    redis: { nodes: 3, memoryGi: 8, cpu: 2, storageGi: 50 },
    rabbitmq: { nodes: 3, memoryGi: 8, cpu: 2, storageGi: 50 },
  },
  large: {
    users: 10_000,
    frontend: { replicas: 5, memoryGi: 2, cpu: 2 },
    apiGateway: { replicas: 5, memoryGi: 4, cpu: 2 },
    workflowService: { replicas: 5, memoryGi: 8, cpu: 4 },
    postgres: { replicas: 3, memoryGi: 64, cpu: 16, storageGi: 2048 },
    redis: { nodes: 6, memoryGi: 32, cpu: 8, storageGi: 200 },
    rabbitmq: { nodes: 3, memoryGi: 32, cpu: 8, storageGi: 200 },
  },
} as const satisfies Readonly<Record<Size, Sizing>>;
