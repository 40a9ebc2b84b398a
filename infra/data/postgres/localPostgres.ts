import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { maxConnections } from "../../capacity/pools.ts";
import { checksumOf } from "../../kubernetes/checksum.ts";
import { disruptionBudget } from "../../kubernetes/disruption.ts";
import { labelsOf, metadataOf, selectorOf } from "../../kubernetes/labels.ts";
import { allowTraffic } from "../../kubernetes/traffic.ts";
import { authority, hostOf, ports, secrets, workloads } from "../../naming.ts";
import type { Sizing } from "../../sizing.ts";
import type { CertificateAuthority } from "../certificates/certificateAuthority.ts";
import { ServerCertificate } from "../certificates/serverCertificate.ts";
import { claimOf, claimsStay } from "../claim.ts";
import { Credential } from "../credential.ts";
import { memberNames, serverNames } from "../serverNames.ts";
import { masterUser, type DatabaseEndpoints } from "./databaseEndpoints.ts";
import { localPodSpec } from "./localPostgresPod.ts";
import { hostBasedAccess, postgresConf } from "./postgresConf.ts";

export interface LocalPostgresArgs {
  readonly image: string;
  readonly sizing: Sizing["postgres"];
  /** Divides requests, limits and the disk. */
  readonly divisor: number;
  readonly authority: CertificateAuthority;
  /** Workloads that connect. */
  readonly clients: readonly string[];
  readonly storageClass: string;
}

const workload = workloads.postgres;

/** Shell script of the pods. */
export const entryScript = readFileSync(join(import.meta.dirname, "entry.sh"), "utf8");

const memberHost = (index: number): string => `${workload}-${index}.${hostOf(workload)}`;

/** PostgreSQL in the cluster, for a stack without AWS: a primary and replicas that stream from it. Nothing promotes a replica. */
export class LocalPostgres extends pulumi.ComponentResource {
  readonly endpoints: DatabaseEndpoints;
  /** Of the superuser. */
  readonly masterCredential: Credential;

  constructor(name: string, args: LocalPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:LocalPostgres", name, args, opts);
    const parent = { parent: this };
    const { sizing, divisor } = args;
    const { replicas } = sizing;
    const metadata = metadataOf(workload, "data");

    const secretName = secrets.postgresOf(masterUser);
    this.masterCredential = new Credential(`${name}-credential`, { secretName, username: masterUser }, parent);
    const dnsNames = [...serverNames(workload), ...memberNames(workload)];
    const tls = new ServerCertificate(`${name}-certificate`, { authority: args.authority, workload, dnsNames }, parent);
    const configuration = {
      "entry.sh": entryScript,
      "postgresql.conf": postgresConf({ planned: sizing.memoryGi, actual: sizing.memoryGi / divisor }),
      "pg_hba.conf": hostBasedAccess,
    };
    const configMap = new k8s.core.v1.ConfigMap(`${name}-configmap`, { metadata, data: configuration }, parent);
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      parent,
    );
    const service = new k8s.core.v1.Service(`${name}-service`, { metadata, spec: serviceSpec }, parent);
    const own = { workloads: [workload], ports: [ports.postgres] };
    const traffic = allowTraffic(workload, {
      from: [{ workloads: args.clients, ports: [ports.postgres] }, own],
      to: [own],
    });
    new k8s.networking.v1.NetworkPolicy(`${name}-traffic`, { metadata, spec: traffic }, parent);
    new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, { metadata, spec: disruptionBudget(workload) }, parent);

    const annotations = { "checksum/config": checksumOf(configuration), "checksum/certificate": tls.checksum };
    new k8s.apps.v1.StatefulSet(
      `${name}-statefulset`,
      {
        metadata,
        spec: {
          serviceName: workload,
          replicas: 1 + replicas,
          selector: { matchLabels: selectorOf(workload) },
          template: {
            metadata: { labels: labelsOf(workload, "data"), annotations },
            spec: localPodSpec({ image: args.image, resources: sizing, divisor, primary: memberHost(0), secretName }),
          },
          volumeClaimTemplates: [claimOf(args.storageClass, Math.ceil(sizing.storageGi / divisor))],
        },
      },
      { ...parent, ...claimsStay, dependsOn: [configMap, account, service] },
    );
    this.endpoints = {
      primaryHost: memberHost(0),
      replicaHosts: Array.from({ length: replicas }, (_, index) => memberHost(index + 1)),
      port: ports.postgres,
      maxConnections: maxConnections(sizing.memoryGi),
      caFile: authority.file,
      location: { workloads: [workload] },
    };
    this.registerOutputs({});
  }
}

const serviceSpec: k8s.types.input.core.v1.ServiceSpec = {
  clusterIP: "None",
  // A replica that starts again finds its primary also while that one loads.
  publishNotReadyAddresses: true,
  selector: selectorOf(workload),
  ports: [{ name: "postgres", port: ports.postgres }],
};
