import type * as pulumi from "@pulumi/pulumi";

/** How PostgreSQL is reached, wherever it runs. */
export interface DatabaseEndpoints {
  /** Takes reads and writes. */
  readonly primaryHost: pulumi.Input<string>;
  /** Each takes reads; none where the size has no replica. */
  readonly replicaHosts: readonly pulumi.Input<string>[];
  readonly port: number;
  /** Of each instance. */
  readonly maxConnections: number;
  /** Whose signature the servers' certificates bear: a path in the containers that connect. */
  readonly caFile: string;
  /** Where its pods are, or its addresses: for the NetworkPolicies of who connects. */
  readonly location: DatabaseLocation;
}

export type DatabaseLocation = { readonly workloads: readonly string[] } | { readonly cidrs: readonly string[] };

/** The application's own database on the instance; n8n has one of its own. */
export const databaseNames = { application: "jobsprint", n8n: "n8n" } as const;

/** The superuser, on RDS its master user. */
export const masterUser = "postgres";
