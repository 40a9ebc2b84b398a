import type { types } from "@pulumi/kubernetes";
import { certificateMount, joinMounts, secretMount, type Mounted } from "../../kubernetes/certificates.ts";
import { anywhere, type Placement } from "../../kubernetes/placement.ts";
import { limitsOf, quantities } from "../../kubernetes/quantities.ts";
import { containerSecurity, podSecurity } from "../../kubernetes/security.ts";
import { spreadOver } from "../../kubernetes/spread.ts";
import { ports, workloads } from "../../naming.ts";
import type { ClusterSizing, Resources } from "../../sizing.ts";
import { nodeName } from "./members.ts";
import { rabbitmqFolders as folders } from "./rabbitmqConf.ts";

type PodSpec = types.input.core.v1.PodSpec;
type EnvVar = types.input.core.v1.EnvVar;

export interface RabbitMqPodOptions {
  readonly images: { readonly rabbitmq: string };
  readonly sizing: ClusterSizing;
  /** Divides requests and limits. */
  readonly divisor: number;
  /** Whether members must stand in different zones, or should. */
  readonly zoneSpread: "DoNotSchedule" | "ScheduleAnyway";
  /** Nodes that the members run on; anywhere unless told. */
  readonly placement?: Placement;
}

const workload = workloads.rabbitmq;
export const cookieSecret = "rabbitmq-erlang-cookie";
export const definitionsSecret = "rabbitmq-definitions";

/** Between members: where a name's port is asked for, and that port. */
export const nodePorts = { epmd: 4369, clustering: 25_672 } as const;

/** RabbitMQ's operator takes it too; all that is written is on volumes, so that it need not be known to the image. */
const uid = 999;

/** A week: somebody will have looked by then at the member whose shutdown would cost a queue its majority. */
export const shutdownSeconds = 7 * 24 * 3600;
/** A log of a busy broker is read through at start; members that wait for the first one have not started either. */
const startup = { periodSeconds: 10, failureThreshold: 180 };

/**
 * Erlang and the plugins take 115 MiB before the first message: with less, half of it would be a lasting alarm. Members
 * speak to each other also while nobody else does.
 */
const least = { cpu: 0.05, memoryGi: 0.5 };

/** Limits of a member's container. */
export const memberLimits = ({ sizing, divisor }: Pick<RabbitMqPodOptions, "sizing" | "divisor">): Resources =>
  limitsOf(sizing, { divisor, least });

const configuration: Mounted = {
  volumes: [{ name: "configuration", configMap: { name: workload } }],
  mounts: [{ name: "configuration", mountPath: folders.configuration, readOnly: true }],
};
const home: Mounted = {
  volumes: [{ name: "home", emptyDir: { medium: "Memory", sizeLimit: "32Mi" } }],
  mounts: [{ name: "home", mountPath: folders.home }],
};
const cookie = secretMount(cookieSecret, folders.cookie);
const cookieFile = `${folders.home}/.erlang.cookie`;

const environment: EnvVar[] = [
  { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
  ...Object.entries({
    RABBITMQ_NODENAME: nodeName("$(POD_NAME)"),
    RABBITMQ_USE_LONGNAME: "true",
    RABBITMQ_CONFIG_FILE: `${folders.configuration}/rabbitmq.conf`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${folders.configuration}/enabled_plugins`,
    RABBITMQ_MNESIA_BASE: folders.data,
    RABBITMQ_LOG_BASE: `${folders.home}/log`,
    HOME: folders.home,
  }).map(([name, value]) => ({ name, value })),
];

/** Not before the other members can do without it, and with its leaders moved to them; at once where it is alone. */
const leave = `rabbitmq-upgrade await_online_quorum_plus_one -t ${shutdownSeconds}; rabbitmq-upgrade drain -t ${shutdownSeconds}`;

export function memberSpec({ images, sizing, divisor, zoneSpread, placement = anywhere }: RabbitMqPodOptions): PodSpec {
  const definitions = secretMount(definitionsSecret, folders.definitions);
  const mounted = joinMounts(certificateMount(workload), configuration, definitions, home);
  const security = { image: images.rabbitmq, securityContext: containerSecurity };
  return {
    ...placement,
    serviceAccountName: workload,
    automountServiceAccountToken: false,
    // RABBITMQ_PORT and the like, which a Service of that name brings, would be settings.
    enableServiceLinks: false,
    securityContext: podSecurity(uid),
    terminationGracePeriodSeconds: shutdownSeconds,
    topologySpreadConstraints: spreadOver(workload, { zone: zoneSpread }),
    initContainers: [
      {
        ...security,
        name: "cookie",
        // Erlang takes no cookie that others may read, and a Secret's files belong to root.
        command: ["sh", "-ec", `cp -f ${folders.cookie}/cookie ${cookieFile}; chmod 0400 ${cookieFile}`],
        resources: quantities({ cpu: 0.1, memoryGi: 0.0625 }, { divisor, least: { memoryGi: 0.0625 } }),
        volumeMounts: [...cookie.mounts, ...home.mounts],
      },
    ],
    containers: [
      {
        ...security,
        name: "rabbitmq",
        env: environment,
        ports: [
          { name: "amqps", containerPort: ports.amqps },
          { name: "management", containerPort: ports.rabbitmqManagement },
          { name: "metrics", containerPort: ports.rabbitmqMetrics },
          ...Object.entries(nodePorts).map(([name, containerPort]) => ({ name, containerPort })),
        ],
        resources: quantities(sizing, { divisor, least }),
        startupProbe: { tcpSocket: { port: "amqps" }, ...startup },
        // By port, not by command, which would be a second Erlang each time. There is no liveness probe: a member in
        // maintenance does not listen, and one that is slow to answer would be slower after a restart.
        readinessProbe: { tcpSocket: { port: "amqps" }, periodSeconds: 10, timeoutSeconds: 5 },
        lifecycle: { preStop: { exec: { command: ["sh", "-c", leave] } } },
        volumeMounts: [...mounted.mounts, { name: "data", mountPath: folders.data }],
      },
    ],
    volumes: [...mounted.volumes, ...cookie.volumes],
  };
}
