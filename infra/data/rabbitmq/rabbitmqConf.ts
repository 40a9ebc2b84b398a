import { authority, certificate, ports } from "../../naming.ts";
import { nodeNames } from "./members.ts";

/** Where the pod has its files. */
export interface RabbitmqFolders {
  /** Hides the image's own files, of which one may switch statistics off. */
  readonly configuration: string;
  /** Of the user: the cookie, and what the server generates from its configuration. In memory. */
  readonly home: string;
  /** The volume: queues and metadata. */
  readonly data: string;
  readonly definitions: string;
  /** Of the Secret. */
  readonly cookie: string;
  readonly certificate: string;
  readonly authorityFile: string;
}

export interface RabbitmqListeners {
  readonly amqps: number;
  readonly management: number;
  readonly metrics: number;
}

export interface RabbitmqConfOptions {
  /** Members of the cluster. */
  readonly nodes: number;
  /** Limit of the container, GiB. */
  readonly memoryGi: number;
  /** The pod's unless told. */
  readonly folders?: RabbitmqFolders;
  /** The pod's unless told. */
  readonly listeners?: RabbitmqListeners;
  /** Erlang names of all members; the pods' unless told. */
  readonly names?: readonly string[];
}

export const rabbitmqFolders: RabbitmqFolders = {
  configuration: "/etc/rabbitmq",
  home: "/var/lib/rabbitmq",
  data: "/var/lib/rabbitmq/mnesia",
  definitions: "/etc/jobsprint/definitions",
  cookie: "/etc/jobsprint/erlang",
  certificate: certificate.folder,
  authorityFile: authority.file,
};

const podListeners: RabbitmqListeners = {
  amqps: ports.amqps,
  management: ports.rabbitmqManagement,
  metrics: ports.rabbitmqMetrics,
};

/** Plugins of every member. */
export const enabledPlugins = "[rabbitmq_management,rabbitmq_prometheus].\n";

/** Every 3 s for an hour, longer than a pod may take to start: who gives up goes on alone, and never joins the others. */
const discovery = { intervalMs: 3000, attempts: 1200 } as const;

/** Of the container's memory, for what Erlang does not count and for the command-line tools beside it. */
const reservedShare = 0.2;
/** Of the container's memory: the write-ahead log is held there too, and RabbitMQ asks for three times its size. */
const walShare = 0.25;
/** RabbitMQ's own default. */
const maxWalMi = 512;

const mebibytes = (count: number): number => Math.floor(count * 2 ** 20);

/** Text of rabbitmq.conf. */
export function rabbitmqConf(options: RabbitmqConfOptions): string {
  const { nodes, memoryGi, folders = rabbitmqFolders, listeners = podListeners, names = nodeNames(nodes) } = options;
  const memoryMi = memoryGi * 1024;
  return [
    "cluster_name = jobsprint",
    ...(nodes > 1 ? peers(names) : []),
    // No queue is imported before all members are there: it gets as many copies as there are members then.
    `cluster_formation.target_cluster_size_hint = ${nodes}`,
    // Of RabbitMQ before 4.3, where a minority would else go on with its own exchanges and users.
    "cluster_partition_handling = pause_minority",
    "listeners.tcp = none",
    `listeners.ssl.default = ${listeners.amqps}`,
    ...tls("ssl_options", folders),
    // Clients prove who they are by password, and by nothing else: a user guest would let anybody in.
    "ssl_options.verify = verify_none",
    "ssl_options.fail_if_no_peer_cert = false",
    "auth_mechanisms.1 = PLAIN",
    `management.ssl.port = ${listeners.management}`,
    ...tls("management.ssl", folders),
    // Plain: the NetworkPolicy lets only Prometheus in.
    `prometheus.tcp.port = ${listeners.metrics}`,
    // Few queues: depths by queue cost nothing.
    "prometheus.return_per_object_metrics = true",
    // The autoscaler reads the figures of management, a feature that is on its way out.
    "management_agent.disable_metrics_collector = false",
    "deprecated_features.permit.management_metrics_collection = true",
    // At every start: changed users and policies arrive with the restart that their checksum causes.
    `load_definitions = ${folders.definitions}/definitions.json`,
    "default_queue_type = quorum",
    // Else the member that imports the queues would lead them all.
    "queue_leader_locator = balanced",
    // A member that comes back with an empty disk gets its copies again.
    "quorum_queue.continuous_membership_reconciliation.enabled = true",
    "quorum_queue.continuous_membership_reconciliation.auto_remove = false",
    `quorum_queue.continuous_membership_reconciliation.target_group_size = ${nodes}`,
    // A watermark would be taken of the node's memory, not of the container's.
    `total_memory_available_override_value = ${mebibytes(memoryMi * (1 - reservedShare))}`,
    "vm_memory_high_watermark.relative = 0.6",
    // A disk with less left than the memory could not take what memory holds.
    "disk_free_limit.relative = 1.0",
    `raft.wal_max_size_bytes = ${mebibytes(Math.min(maxWalMi, memoryMi * walShare))}`,
    "log.console = true",
    "log.file = false",
    "",
  ].join("\n");
}

/**
 * A StatefulSet's members are known by name. The plugin for Kubernetes asks its API before 4.1, which the pods have no
 * right to, and from then on leaves a first member that has lost its disk alone in a cluster of its own.
 */
const peers = (names: readonly string[]): string[] => [
  "cluster_formation.peer_discovery_backend = classic_config",
  ...names.map((name, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${name}`),
  `cluster_formation.discovery_retry_interval = ${discovery.intervalMs}`,
  `cluster_formation.discovery_retry_limit = ${discovery.attempts}`,
];

const tls = (prefix: string, folders: RabbitmqFolders): string[] => [
  `${prefix}.cacertfile = ${folders.authorityFile}`,
  `${prefix}.certfile = ${folders.certificate}/tls.crt`,
  `${prefix}.keyfile = ${folders.certificate}/tls.key`,
  `${prefix}.versions.1 = tlsv1.3`,
  `${prefix}.versions.2 = tlsv1.2`,
];
