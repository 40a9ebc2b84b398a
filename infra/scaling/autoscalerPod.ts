import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { certificateMount, joinMounts, secretMount } from "../kubernetes/certificates.ts";
import { quantities } from "../kubernetes/quantities.ts";
import { containerSecurity, podSecurity } from "../kubernetes/security.ts";
import { spreadOver } from "../kubernetes/spread.ts";
import { workloads } from "../naming.ts";
import { credentialFolder, trust } from "../services/environment.ts";
import { autoscalerSecrets } from "./autoscalerConfig.ts";

export interface AutoscalerPodOptions {
  readonly image: string;
  /** Where its server listens, and the one of its metrics API, by its own configuration. */
  readonly port: number;
  readonly metricsApiPort: number;
  readonly divisor: number;
  readonly priorityClassName?: pulumi.Input<string>;
}

const workload = workloads.autoscaler;

/** The image's user. */
const uid = 65_532;

/** At its start it takes 140 MB and a core's second; later a tick costs milliseconds. */
const resources = { cpu: 0.25, memoryGi: 0.25 };
const least = { cpu: 0.03, memoryGi: 0.25 };

/** Of the container: where the API server asks for metrics. */
export const metricsApiPortName = "metrics-api";

/** Key of the ConfigMap, and where the image looks for it. */
export const configFile = { key: "config.yaml", folder: "/etc/autoscaler" } as const;

export function podSpec({
  image,
  port,
  metricsApiPort,
  divisor,
  priorityClassName,
}: AutoscalerPodOptions): types.input.core.v1.PodSpec {
  const mounted = joinMounts(
    certificateMount(workload),
    ...Object.values(autoscalerSecrets).map((secret) => secretMount(secret, credentialFolder(secret))),
    {
      volumes: [{ name: "configuration", configMap: { name: workload } }],
      mounts: [{ name: "configuration", mountPath: configFile.folder, readOnly: true }],
    },
  );
  const get = (path: string): types.input.core.v1.Probe => ({ httpGet: { path, port: "metrics" } });
  return {
    serviceAccountName: workload,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: podSecurity(uid),
    // Hosts too: the second one is there for the loss of the first one's node.
    topologySpreadConstraints: spreadOver(workload, { zone: "ScheduleAnyway" }),
    ...(priorityClassName !== undefined && { priorityClassName }),
    containers: [
      {
        name: workload,
        image,
        env: Object.entries(trust).map(([name, value]) => ({ name, value })),
        ports: [
          { name: "metrics", containerPort: port },
          { name: metricsApiPortName, containerPort: metricsApiPort },
        ],
        resources: quantities(resources, { divisor, least }),
        securityContext: containerSecurity,
        startupProbe: { ...get("/healthz"), periodSeconds: 2, failureThreshold: 30 },
        readinessProbe: { ...get("/readyz"), periodSeconds: 5, timeoutSeconds: 3 },
        livenessProbe: { ...get("/healthz"), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        volumeMounts: mounted.mounts,
      },
    ],
    volumes: mounted.volumes,
  };
}
