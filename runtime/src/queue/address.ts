/** What amqplib takes in place of a URL; it has no credentials, so that no error can show them. */
export interface BrokerAddress {
  protocol: "amqp" | "amqps";
  hostname: string;
  port: number;
  /** Still escaped, as amqplib expects it. */
  vhost: string;
  /** Seconds. */
  heartbeat: number;
}

const defaultPorts = { amqp: 5672, amqps: 5671 } as const;

/** Throws with what is wrong, without the URL: it may hold a password. */
export function brokerAddress(url: string, heartbeat: number): BrokerAddress {
  const { parts, protocol } = parse(url);
  if (parts.username !== "" || parts.password !== "") throw new Error("must not contain credentials");
  if (parts.search !== "" || parts.hash !== "") throw new Error("must have no query and no fragment");
  return {
    protocol,
    // IPv6 has brackets in a URL only.
    hostname: parts.hostname.replace(/^\[|\]$/g, ""),
    port: parts.port === "" ? defaultPorts[protocol] : Number(parts.port),
    vhost: parts.pathname.length > 1 ? parts.pathname.slice(1) : "/",
    heartbeat,
  };
}

function parse(url: string): { parts: URL; protocol: BrokerAddress["protocol"] } {
  const parts = URL.parse(url);
  const protocol = parts?.protocol === "amqp:" ? "amqp" : parts?.protocol === "amqps:" ? "amqps" : undefined;
  if (parts === null || protocol === undefined || parts.hostname === "")
    throw new Error("must be of the form amqp://host:port or amqps://host:port");
  return { parts, protocol };
}
