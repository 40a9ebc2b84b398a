import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { checksumOf } from "../../kubernetes/checksum.ts";
import { disruptionBudget } from "../../kubernetes/disruption.ts";
import { labelsOf, metadataOf, selectorOf } from "../../kubernetes/labels.ts";
import { allowTraffic } from "../../kubernetes/traffic.ts";
import { ports, workloads } from "../../naming.ts";
import type { CertificateAuthority } from "../certificates/certificateAuthority.ts";
import { ServerCertificate } from "../certificates/serverCertificate.ts";
import { claimOf, claimsStay } from "../claim.ts";
import { scrapes } from "../exporter.ts";
import { memberNames, serverNames } from "../serverNames.ts";
import { nodesService } from "./members.ts";
import { enabledPlugins, rabbitmqConf } from "./rabbitmqConf.ts";
import { cookieSecret, memberLimits, memberSpec, nodePorts, type RabbitMqPodOptions } from "./rabbitmqPod.ts";
import { RabbitMqUsers } from "./rabbitmqUsers.ts";

export interface RabbitMqArgs extends RabbitMqPodOptions {
  readonly authority: CertificateAuthority;
  /** Workloads that publish or consume; the autoscaler, which looks on, comes in besides. */
  readonly clients: readonly string[];
  readonly storageClass: string;
  /** Pulumi refuses to delete or replace the StatefulSet. */
  readonly protect: boolean;
}

const workload = workloads.rabbitmq;
const metadata = metadataOf(workload, "data");

/** RabbitMQ: one broker or three, with the strategy's queues. */
export class RabbitMq extends pulumi.ComponentResource {
  /** Annotation value of each user's Secret, by the Secret's name: a new password replaces the pods that read the old one. */
  readonly checksums: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: RabbitMqArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:RabbitMq", name, args, opts);
    const parent = { parent: this };
    const { sizing } = args;
    const users = new RabbitMqUsers(`${name}-users`, {}, parent);
    this.checksums = users.checksums;

    const dnsNames = [...serverNames(workload), ...memberNames(nodesService), "localhost"];
    const tls = new ServerCertificate(`${name}-certificate`, { authority: args.authority, workload, dnsNames }, parent);
    const configuration = {
      "rabbitmq.conf": rabbitmqConf({ nodes: sizing.nodes, memoryGi: memberLimits(args).memoryGi }),
      enabled_plugins: enabledPlugins,
    };
    const configMap = new k8s.core.v1.ConfigMap(`${name}-configmap`, { metadata, data: configuration }, parent);
    // Members know each other by it: whoever has it is one of them.
    const cookie = new random.RandomPassword(`${name}-cookie`, { length: 32, special: false }, parent);
    const erlang = { cookie: cookie.result };
    const erlangSecret = new k8s.core.v1.Secret(
      `${name}-erlang`,
      { metadata: metadataOf(cookieSecret, "data", workload), stringData: erlang },
      parent,
    );
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      parent,
    );
    new k8s.core.v1.Service(`${name}-service`, { metadata, spec: serviceSpec }, parent);
    const nodes = new k8s.core.v1.Service(
      `${name}-nodes`,
      { metadata: metadataOf(nodesService, "data", workload), spec: nodesSpec },
      parent,
    );
    new k8s.networking.v1.NetworkPolicy(`${name}-traffic`, { metadata, spec: trafficOf(args.clients) }, parent);
    if (sizing.nodes > 1)
      new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, { metadata, spec: disruptionBudget(workload) }, parent);

    const annotations = {
      "checksum/config": checksumOf(configuration),
      "checksum/definitions": users.checksum,
      "checksum/cookie": checksumOf(erlang),
      "checksum/certificate": tls.checksum,
    };
    new k8s.apps.v1.StatefulSet(
      `${name}-statefulset`,
      {
        metadata,
        spec: {
          serviceName: nodesService,
          replicas: sizing.nodes,
          // Members that all are down wait for each other, so that none may wait for the one before it.
          podManagementPolicy: "Parallel",
          selector: { matchLabels: selectorOf(workload) },
          template: { metadata: { labels: labelsOf(workload, "data"), annotations }, spec: memberSpec(args) },
          volumeClaimTemplates: [claimOf(args.storageClass, sizing.storageGi)],
        },
      },
      {
        ...parent,
        ...claimsStay,
        protect: args.protect,
        dependsOn: [users, tls, configMap, erlangSecret, account, nodes],
      },
    );
    this.registerOutputs({ checksums: this.checksums });
  }
}

const serviceSpec: k8s.types.input.core.v1.ServiceSpec = {
  selector: selectorOf(workload),
  ports: [
    { name: "amqps", port: ports.amqps },
    { name: "management", port: ports.rabbitmqManagement },
    { name: "metrics", port: ports.rabbitmqMetrics },
  ],
};

const nodesSpec: k8s.types.input.core.v1.ServiceSpec = {
  clusterIP: "None",
  // A member that is not ready yet must be found by the others, or none would ever be.
  publishNotReadyAddresses: true,
  selector: selectorOf(workload),
  ports: Object.entries(nodePorts).map(([name, port]) => ({ name, port })),
};

const trafficOf = (clients: readonly string[]): k8s.types.input.networking.v1.NetworkPolicySpec => {
  const members = { workloads: [workload], ports: Object.values(nodePorts) };
  return allowTraffic(workload, {
    from: [
      { workloads: clients, ports: [ports.amqps] },
      { workloads: [workloads.autoscaler], ports: [ports.amqps, ports.rabbitmqManagement] },
      members,
      scrapes,
    ],
    to: [members],
  });
};
