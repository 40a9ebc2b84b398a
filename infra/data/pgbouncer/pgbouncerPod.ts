import type { types } from "@pulumi/kubernetes";
import { certificateMount, joinMounts, secretMount } from "../../kubernetes/certificates.ts";
import { quantities } from "../../kubernetes/quantities.ts";
import { containerSecurity, podSecurity } from "../../kubernetes/security.ts";
import { spreadOver } from "../../kubernetes/spread.ts";
import { ports, workloads } from "../../naming.ts";
import { exporterContainer } from "../exporter.ts";
import { folders, seconds, statsUser } from "./pgbouncerIni.ts";

export interface PgbouncerPodOptions {
  readonly pgbouncer: string;
  readonly pgbouncerExporter: string;
  readonly divisor: number;
}

export const userListSecret = "pgbouncer-users";

const workload = workloads.pgbouncer;

/** Any user but root will do: nothing is written. */
const uid = 10_001;

/** PgBouncer runs on one core at most; its memory is some kilobytes a client, and some tens with TLS. */
const resources = { cpu: 1, memoryGi: 0.5 };

const exporterPort = 9127;

/** Until every kube-proxy knows that the pod goes; a client that still comes would be refused. */
const preStopSeconds = 5;

/**
 * SIGTERM makes PgBouncer (from 1.23) wait until its clients have left, whose pools let go of idle connections after
 * 30 s as PgBouncer does of idle servers. The strategy's `killall -INT` would cut them off.
 */
const gracePeriodSeconds = preStopSeconds + 2 * seconds.serverIdle;

export function podSpec(options: PgbouncerPodOptions): types.input.core.v1.PodSpec {
  const mounted = joinMounts(
    certificateMount(workload),
    { volumes: [{ name: "configuration", configMap: { name: workload } }], mounts: [configurationMount] },
    secretMount(userListSecret, folders.users),
  );
  return {
    serviceAccountName: workload,
    automountServiceAccountToken: false,
    securityContext: podSecurity(uid),
    terminationGracePeriodSeconds: gracePeriodSeconds,
    topologySpreadConstraints: spreadOver(workload, { zone: "ScheduleAnyway" }),
    containers: [
      {
        name: "pgbouncer",
        image: options.pgbouncer,
        command: ["pgbouncer", `${folders.configuration}/pgbouncer.ini`],
        ports: [{ name: "postgres", containerPort: ports.pgbouncer }],
        resources: quantities(resources, { divisor: options.divisor }),
        securityContext: containerSecurity,
        readinessProbe: { tcpSocket: { port: "postgres" }, periodSeconds: 5 },
        livenessProbe: { tcpSocket: { port: "postgres" }, periodSeconds: 10, failureThreshold: 3 },
        lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } },
        volumeMounts: mounted.mounts,
      },
      exporterContainer({
        image: options.pgbouncerExporter,
        port: exporterPort,
        args: [
          `--web.listen-address=:${exporterPort}`,
          `--pgBouncer.connectionString=postgres://${statsUser}@127.0.0.1:${ports.pgbouncer}/pgbouncer?sslmode=require`,
        ],
        divisor: options.divisor,
      }),
    ],
    volumes: mounted.volumes,
  };
}

const configurationMount = { name: "configuration", mountPath: folders.configuration, readOnly: true };
