import type { types } from "@pulumi/kubernetes";
import { quantities } from "../kubernetes/quantities.ts";
import { containerSecurity, podSecurity } from "../kubernetes/security.ts";
import { ports, workloads } from "../naming.ts";
import { configurationFile, configurationFolder } from "./prometheusConfig.ts";

const workload = workloads.prometheus;

/** nobody, as in the upstream image; any other would do. */
const uid = 65_534;

/** Of the size that a divisor shrinks: some ten thousand series. */
const resources = { cpu: 1, memoryGi: 4 };

/** A few days of one machine; the disk's size ends it sooner if there is more. */
const retention = { time: "3d", sizeMB: 1600 } as const;
export const storageGi = 2;

const dataFolder = "/prometheus";

export function podSpec(image: string, divisor: number): types.input.core.v1.PodSpec {
  const get = (path: string): types.input.core.v1.Probe => ({ httpGet: { path, port: "metrics" } });
  return {
    serviceAccountName: workload,
    // It asks the API server which pods there are.
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: podSecurity(uid),
    containers: [
      {
        name: workload,
        image,
        command: ["prometheus"],
        args: [
          `--config.file=${configurationFolder}/${configurationFile}`,
          `--storage.tsdb.path=${dataFolder}`,
          `--storage.tsdb.retention.time=${retention.time}`,
          `--storage.tsdb.retention.size=${retention.sizeMB}MB`,
          `--web.listen-address=:${ports.prometheus}`,
        ],
        ports: [{ name: "metrics", containerPort: ports.prometheus }],
        resources: quantities(resources, { divisor }),
        securityContext: containerSecurity,
        // After a crash it reads its log of writes first.
        startupProbe: { ...get("/-/ready"), periodSeconds: 5, failureThreshold: 60 },
        readinessProbe: { ...get("/-/ready"), periodSeconds: 5 },
        livenessProbe: { ...get("/-/healthy"), periodSeconds: 10, failureThreshold: 6 },
        volumeMounts: [
          { name: "configuration", mountPath: configurationFolder, readOnly: true },
          { name: "data", mountPath: dataFolder },
        ],
      },
    ],
    volumes: [{ name: "configuration", configMap: { name: workload } }],
  };
}
