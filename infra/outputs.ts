import type * as pulumi from "@pulumi/pulumi";
import { hostOf, namespace, ports, workloads } from "./naming.ts";

/** The stack's outputs: a contract with other stacks and with people. Names are never taken away, only added. */
export interface Outputs {
  readonly namespace: string;
  /** Where users come in. */
  readonly url: string;
  /** Inside the cluster, host:port. */
  readonly endpoints: Readonly<Record<"pgbouncer" | "redis" | "rabbitmq" | "autoscaler", string>>;
  /** On AWS; absent without it. */
  readonly aws?: AwsOutputs;
}

export interface AwsOutputs {
  readonly clusterName: pulumi.Output<string>;
  /** Secret: the way into the cluster. */
  readonly kubeconfig: pulumi.Output<string>;
  /** For the domain's DNS record. */
  readonly cdnDomainName: pulumi.Output<string>;
  readonly cdnDistributionId: pulumi.Output<string>;
  readonly databaseAddress: pulumi.Output<string>;
  /** Of the master user's credential, which RDS rotates. */
  readonly databaseMasterSecretArn: pulumi.Output<string>;
  /** From which the platform calls others. */
  readonly natAddresses: pulumi.Output<string[]>;
}

/** What is the same on every cluster. */
export const commonOutputs = (url: string): Outputs => ({
  namespace,
  url,
  endpoints: {
    pgbouncer: `${hostOf(workloads.pgbouncer)}:${ports.pgbouncer}`,
    redis: `${hostOf(workloads.redis)}:${ports.redis}`,
    rabbitmq: `${hostOf(workloads.rabbitmq)}:${ports.amqps}`,
    autoscaler: `${hostOf(workloads.autoscaler)}:${ports.metrics}`,
  },
});
