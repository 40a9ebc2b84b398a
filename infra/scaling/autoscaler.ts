import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CertificateAuthority } from "../data/certificates/certificateAuthority.ts";
import { ServerCertificate } from "../data/certificates/serverCertificate.ts";
import { scrapes } from "../data/exporter.ts";
import { serverNames } from "../data/serverNames.ts";
import { checksumOf } from "../kubernetes/checksum.ts";
import { disruptionBudget } from "../kubernetes/disruption.ts";
import { labelsOf, metadataOf, selectorOf } from "../kubernetes/labels.ts";
import { allowTraffic } from "../kubernetes/traffic.ts";
import { ports, workloads } from "../naming.ts";
import { autoscalerDocument, renderConfig, type AutoscalerOptions } from "./autoscalerConfig.ts";
import { configFile, metricsApiPortName, podSpec } from "./autoscalerPod.ts";
import { AutoscalerRoles } from "./autoscalerRoles.ts";
import { apiServicePort, CustomMetricsApi } from "./customMetricsApi.ts";

export interface AutoscalerArgs extends AutoscalerOptions {
  /** name:tag, perhaps with a digest. */
  readonly image: string;
  /** Signs the certificate by which the API server knows it. */
  readonly authority: CertificateAuthority;
  /** From where the API server asks for metrics. */
  readonly apiServerCidrs: readonly string[];
  readonly priorityClassName?: pulumi.Input<string>;
  /** Digest of the authority that it trusts, which it reads at start; passwords it reads whenever it connects. */
  readonly authorityChecksum?: pulumi.Input<string>;
  /** Divides requests and limits; 1 unless one machine holds the platform. */
  readonly divisor?: number;
}

const workload = workloads.autoscaler;

/** One decides, the other takes over within seconds. */
const replicas = 2;

/** No name leads to the API server: its addresses are the nodes' or the provider's, by way of the Service or not. */
const apiServer = { cidrs: ["0.0.0.0/0"], ports: [443, 6443] };

const trafficFrom = (apiServerCidrs: readonly string[]): ReturnType<typeof allowTraffic> =>
  allowTraffic(workload, {
    // Whoever else calls from there is told 401.
    from: [scrapes, { cidrs: apiServerCidrs, ports: [metricsApiPortName] }],
    to: [
      apiServer,
      { workloads: [workloads.rabbitmq], ports: [ports.amqps, ports.rabbitmqManagement] },
      { workloads: [workloads.redis], ports: [ports.redis] },
      { workloads: [workloads.workflowWorker, workloads.apiGateway], ports: [ports.metrics] },
    ],
  });

/** Sets the counts of the consumers, and tells HPAs what they count by. Depends on the Deployments and on the Secrets. */
export class Autoscaler extends pulumi.ComponentResource {
  constructor(name: string, args: AutoscalerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:scaling:Autoscaler", name, args, opts);
    const parent = { parent: this };
    const metadata = metadataOf(workload, "scaling");
    const { text, config } = renderConfig(autoscalerDocument(args));
    const { port } = config.server;
    const metricsApiPort = config.customMetrics?.port ?? 0;
    const data = { [configFile.key]: text };
    const { image, authority, priorityClassName, authorityChecksum = "", divisor = 1 } = args;

    new k8s.core.v1.ConfigMap(`${name}-configmap`, { metadata, data }, parent);
    new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: true }, parent);
    const dnsNames = serverNames(workload);
    const certificate = new ServerCertificate(
      `${name}-certificate`,
      { authority, workload, dnsNames, component: "scaling" },
      parent,
    );
    const roles = new AutoscalerRoles(`${name}-roles`, { config }, parent);
    new k8s.networking.v1.NetworkPolicy(
      `${name}-traffic`,
      { metadata, spec: trafficFrom(args.apiServerCidrs) },
      parent,
    );
    new k8s.core.v1.Service(`${name}-service`, { metadata, spec: serviceSpecOf(port) }, parent);
    new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, { metadata, spec: disruptionBudget(workload) }, parent);
    const annotations = { "checksum/config": checksumOf({ ...data, authority: authorityChecksum }) };
    const deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          replicas,
          selector: { matchLabels: selectorOf(workload) },
          strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          template: {
            metadata: { labels: labelsOf(workload, "scaling"), annotations },
            spec: podSpec({
              image,
              port,
              metricsApiPort,
              divisor,
              ...(priorityClassName !== undefined && { priorityClassName }),
            }),
          },
        },
      },
      // Without its rights the first pods would only log refusals; without its certificate they would not start.
      { ...parent, dependsOn: [roles, certificate] },
    );
    new CustomMetricsApi(
      `${name}-custom-metrics`,
      { authority, service: workload },
      { parent: this, dependsOn: deployment },
    );
    this.registerOutputs({});
  }
}

const serviceSpecOf = (port: number): k8s.types.input.core.v1.ServiceSpec => ({
  selector: selectorOf(workload),
  ports: [
    { name: "http", port, targetPort: "metrics" },
    { name: "https", port: apiServicePort, targetPort: metricsApiPortName },
  ],
});
