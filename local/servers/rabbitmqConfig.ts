/** Ports of one node at 127.0.0.1: several nodes on one machine need all of them to differ but epmd's. */
export interface RabbitmqPorts {
  amqp: number;
  management: number;
  prometheus: number;
  /** Between the nodes, and for rabbitmqctl. */
  distribution: number;
  /** The same for all nodes of a broker, which find each other's distribution ports there. */
  epmd: number;
}

/** What goes into one node's rabbitmq.conf. */
export interface RabbitmqConfig {
  username: string;
  password: string;
  /** Erlang names of all nodes, this one included, like "rabbit1@localhost". */
  members: readonly string[];
  ports: RabbitmqPorts;
  /** Milliseconds that a figure of the management API can be old; 5000 when absent. */
  statisticsIntervalMs?: number;
  config?: readonly string[];
}

/** Text of one node's rabbitmq.conf. */
export function nodeConfig(options: RabbitmqConfig): string {
  const { username, password, members, ports, statisticsIntervalMs = 5000, config = [] } = options;
  const cluster = members.map((member, i) => `cluster_formation.classic_config.nodes.${i + 1} = ${member}`);
  return [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    // Both would listen at every address otherwise.
    "management.tcp.ip = 127.0.0.1",
    `management.tcp.port = ${ports.management}`,
    "prometheus.tcp.ip = 127.0.0.1",
    `prometheus.tcp.port = ${ports.prometheus}`,
    `default_user = ${username}`,
    `default_pass = ${password}`,
    `collect_statistics_interval = ${statisticsIntervalMs}`,
    // Limits of a small machine; the defaults are shares of the whole host, which others use too.
    "vm_memory_high_watermark.absolute = 512MB",
    "disk_free_limit.absolute = 50MB",
    "log.console = true",
    "log.file = false",
    // From a list: there is no Kubernetes, DNS or registry to ask.
    ...(members.length > 1
      ? [
          "cluster_formation.peer_discovery_backend = classic_config",
          `cluster_formation.target_cluster_size_hint = ${members.length}`,
          ...cluster,
        ]
      : []),
    ...config,
    "",
  ].join("\n");
}

/** Environment of one node: everything it writes goes to /srv, everything it opens to 127.0.0.1. */
export function nodeEnvironment(member: string, ports: RabbitmqPorts): Record<string, string> {
  return {
    RABBITMQ_NODENAME: member,
    RABBITMQ_DIST_PORT: ports.distribution.toString(),
    RABBITMQ_CONFIG_FILE: "/srv/rabbitmq.conf",
    RABBITMQ_MNESIA_BASE: "/srv/mnesia",
    RABBITMQ_LOG_BASE: "/srv/log",
    RABBITMQ_ENABLED_PLUGINS_FILE: "/srv/enabled_plugins",
    RABBITMQ_PID_FILE: "/srv/rabbitmq.pid",
    ERL_EPMD_ADDRESS: "127.0.0.1",
    ERL_EPMD_PORT: ports.epmd.toString(),
    // Makes the start script replace itself by the server, so that our signals and pid are the server's.
    RUNNING_UNDER_SYSTEMD: "true",
    // "+B i": Ctrl-C reaches all processes of the terminal, and a node must ignore it until we stop it in order.
    // One scheduler that sleeps when idle: several nodes share few cores.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      "+B i +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
  };
}
