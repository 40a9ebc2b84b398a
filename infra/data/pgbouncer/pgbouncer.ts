import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Pools } from "../../capacity/pools.ts";
import { checksumOf } from "../../kubernetes/checksum.ts";
import { disruptionBudget } from "../../kubernetes/disruption.ts";
import { labelsOf, metadataOf, selectorOf } from "../../kubernetes/labels.ts";
import { allowTraffic } from "../../kubernetes/traffic.ts";
import { ports, workloads } from "../../naming.ts";
import type { CertificateAuthority } from "../certificates/certificateAuthority.ts";
import { ServerCertificate } from "../certificates/serverCertificate.ts";
import type { Credential } from "../credential.ts";
import { scrapes } from "../exporter.ts";
import type { DatabaseEndpoints } from "../postgres/databaseEndpoints.ts";
import { serverNames } from "../serverNames.ts";
import { hostBasedAccess, pgbouncerIni, userList } from "./pgbouncerIni.ts";
import { podSpec, userListSecret } from "./pgbouncerPod.ts";

export interface PgbouncerArgs {
  readonly images: { readonly pgbouncer: string; readonly pgbouncerExporter: string };
  readonly pools: Pools;
  readonly database: DatabaseEndpoints;
  /** Of the application's user. */
  readonly credential: Credential;
  readonly authority: CertificateAuthority;
  /** Workloads that connect. */
  readonly clients: readonly string[];
  /** Divides requests and limits. */
  readonly divisor: number;
}

const workload = workloads.pgbouncer;

/** Pools of connections in front of PostgreSQL: database rw is the primary, ro whichever replica is next. */
export class Pgbouncer extends pulumi.ComponentResource {
  readonly deployment: k8s.apps.v1.Deployment;

  constructor(name: string, args: PgbouncerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:Pgbouncer", name, args, opts);
    const parent = { parent: this };
    const { database, pools, credential } = args;
    const metadata = metadataOf(workload, "data");

    const tls = new ServerCertificate(
      `${name}-certificate`,
      { authority: args.authority, workload, dnsNames: serverNames(workload) },
      parent,
    );
    const configuration = {
      "pgbouncer.ini": pulumi
        .all([database.primaryHost, pulumi.all([...database.replicaHosts])])
        .apply(([primaryHost, replicaHosts]) => pgbouncerIni({ ...database, primaryHost, replicaHosts, pools })),
      "pg_hba.conf": hostBasedAccess(),
    };
    const users = { "userlist.txt": credential.password.apply(userList) };
    new k8s.core.v1.ConfigMap(`${name}-configmap`, { metadata, data: configuration }, parent);
    new k8s.core.v1.Secret(
      `${name}-users`,
      { metadata: metadataOf(userListSecret, "data", workload), stringData: users },
      parent,
    );
    new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, parent);
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata, spec: { selector: selectorOf(workload), ports: [{ name: "postgres", port: ports.pgbouncer }] } },
      parent,
    );
    new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, { metadata, spec: disruptionBudget(workload) }, parent);
    const traffic = allowTraffic(workload, {
      from: [{ workloads: args.clients, ports: [ports.pgbouncer] }, scrapes],
      to: [{ ...database.location, ports: [database.port] }],
    });
    new k8s.networking.v1.NetworkPolicy(`${name}-traffic`, { metadata, spec: traffic }, parent);

    const annotations = {
      "checksum/config": checksumOf(configuration),
      "checksum/users": checksumOf(users),
      "checksum/certificate": tls.checksum,
    };
    this.deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          replicas: pools.replicas,
          selector: { matchLabels: selectorOf(workload) },
          // The connections of one more for a while, rather than the patience of all clients with one less.
          strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          template: {
            metadata: { labels: labelsOf(workload, "data"), annotations },
            spec: podSpec({ ...args.images, divisor: args.divisor }),
          },
        },
      },
      parent,
    );
    this.registerOutputs({});
  }
}
