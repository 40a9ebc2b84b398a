import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksumOf } from "../../kubernetes/checksum.ts";
import { disruptionBudget } from "../../kubernetes/disruption.ts";
import { labelsOf, metadataOf, selectorOf } from "../../kubernetes/labels.ts";
import { limitsOf } from "../../kubernetes/quantities.ts";
import { allowTraffic } from "../../kubernetes/traffic.ts";
import { ports, secrets, workloads } from "../../naming.ts";
import type { CertificateAuthority } from "../certificates/certificateAuthority.ts";
import { ServerCertificate } from "../certificates/serverCertificate.ts";
import { claimOf, claimsStay } from "../claim.ts";
import { Credential } from "../credential.ts";
import { scrapes } from "../exporter.ts";
import { memberNames, serverNames } from "../serverNames.ts";
import { memberDomain, membersOf } from "./members.ts";
import { RedisBootstrap } from "./redisBootstrap.ts";
import { redisConf } from "./redisConf.ts";
import { bootstrapWorkload, exporterAddress, exporterSecret, memberSpec, type RedisPodOptions } from "./redisPod.ts";
import { scripts } from "./scripts.ts";

export interface RedisArgs extends RedisPodOptions {
  readonly authority: CertificateAuthority;
  /** Workloads that connect. */
  readonly clients: readonly string[];
  readonly storageClass: string;
  /** Pulumi refuses to delete or replace the StatefulSet. */
  readonly protect: boolean;
}

const workload = workloads.redis;

/** Longer than the cluster needs to notice that a member is back. */
const minReadySeconds = 15;

/** Redis Cluster: one instance with all slots, three masters, or three masters with a replica each. */
export class Redis extends pulumi.ComponentResource {
  /** host:port of every member. */
  readonly nodes: readonly string[];
  /** Keys password and url. */
  readonly credential: Credential;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:Redis", name, args, opts);
    const parent = { parent: this };
    const { sizing, divisor } = args;
    const metadata = metadataOf(workload, "data");
    this.nodes = membersOf(sizing.nodes);

    this.credential = new Credential(
      `${name}-credential`,
      { secretName: secrets.redis, username: "default", url },
      parent,
    );
    const dnsNames = [...serverNames(workload), ...memberNames(workload), "localhost"];
    const tls = new ServerCertificate(`${name}-certificate`, { authority: args.authority, workload, dnsNames }, parent);
    const configuration = { ...scripts, "redis.conf": redisConf(limitsOf(sizing, { divisor })) };
    const configMap = new k8s.core.v1.ConfigMap(`${name}-configmap`, { metadata, data: configuration }, parent);
    const exporter = new k8s.core.v1.Secret(
      `${name}-exporter`,
      {
        metadata: metadataOf(exporterSecret, "data", workload),
        stringData: { "passwords.json": pulumi.jsonStringify({ [exporterAddress]: this.credential.password }) },
      },
      parent,
    );
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      parent,
    );
    const service = new k8s.core.v1.Service(`${name}-service`, { metadata, spec: serviceSpec }, parent);
    new k8s.networking.v1.NetworkPolicy(`${name}-traffic`, { metadata, spec: trafficOf(args.clients) }, parent);
    if (sizing.nodes > 1)
      new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, { metadata, spec: disruptionBudget(workload) }, parent);

    const annotations = {
      "checksum/config": checksumOf(configuration),
      "checksum/credential": this.credential.checksum,
      "checksum/certificate": tls.checksum,
    };
    const statefulSet = new k8s.apps.v1.StatefulSet(
      `${name}-statefulset`,
      {
        metadata,
        spec: {
          serviceName: workload,
          replicas: sizing.nodes,
          // Members that all are down wait for each other's addresses, so that none may wait for the one before it.
          podManagementPolicy: "Parallel",
          minReadySeconds,
          selector: { matchLabels: selectorOf(workload) },
          template: { metadata: { labels: labelsOf(workload, "data"), annotations }, spec: memberSpec(args) },
          volumeClaimTemplates: [claimOf(args.storageClass, sizing.storageGi)],
        },
      },
      { ...parent, ...claimsStay, protect: args.protect, dependsOn: [configMap, exporter, account, service] },
    );
    const { images, zoneSpread } = args;
    const script = scripts["bootstrap.sh"];
    new RedisBootstrap(`${name}-bootstrap`, { images, sizing, divisor, zoneSpread, script, statefulSet }, parent);
    this.registerOutputs({ nodes: this.nodes });
  }
}

const url = (password: pulumi.Output<string>): pulumi.Output<string> =>
  pulumi.interpolate`rediss://:${password}@${memberDomain}:${ports.redis}`;

/** Without an address of its own: clients of a cluster speak to each member. */
const serviceSpec: k8s.types.input.core.v1.ServiceSpec = {
  clusterIP: "None",
  // A member that is not ready yet must be found by the others, or none would ever be.
  publishNotReadyAddresses: true,
  selector: selectorOf(workload),
  ports: [
    { name: "redis", port: ports.redis },
    { name: "bus", port: ports.redisBus },
  ],
};

const trafficOf = (clients: readonly string[]): k8s.types.input.networking.v1.NetworkPolicySpec =>
  allowTraffic(workload, {
    from: [
      { workloads: [...clients, bootstrapWorkload], ports: [ports.redis] },
      { workloads: [workload], ports: [ports.redis, ports.redisBus] },
      scrapes,
    ],
    to: [{ workloads: [workload], ports: [ports.redis, ports.redisBus] }],
  });
