/** The connections of each tier: what one may make, the other may take. Pure. */
import { scrapes } from "../data/exporter.ts";
import { toAws, type Flow, type Traffic } from "../kubernetes/traffic.ts";
import { ports, workloads } from "../naming.ts";
import { callersOf, services, type ServiceName } from "./catalogue.ts";
import type { Connections, ServiceSpec } from "./serviceSpec.ts";

/** Where the stores of the data layer listen. */
const storePorts: Readonly<Record<string, number>> = {
  [workloads.pgbouncer]: ports.pgbouncer,
  [workloads.redis]: ports.redis,
  [workloads.rabbitmq]: ports.amqps,
  [workloads.postgres]: ports.postgres,
};

/** Only HTTPS: the metadata of a node, which hands out credentials, answers on port 80. */
const internet: Flow = { cidrs: ["0.0.0.0/0"], ports: [443] };

export interface TrafficOptions {
  readonly connections: Pick<Connections, "databaseLocation">;
  /** Addresses from which the public tiers are called, in CIDR notation. */
  readonly clientCidrs: readonly string[];
  /** Whether there is AWS to call. */
  readonly aws: boolean;
}

/** Who a tier lets in, and whom it calls. */
export function trafficOf(name: ServiceName, spec: ServiceSpec, options: TrafficOptions): Traffic {
  return {
    from: [...callersIn(name, spec, options.clientCidrs), ...scrapers(name, spec)],
    to: [
      ...spec.calls.map((callee) => flowTo(callee, options)),
      ...(spec.internet ? [internet] : []),
      ...(spec.aws && options.aws ? toAws : []),
    ],
  };
}

function callersIn(name: ServiceName, { serves, public: isPublic }: ServiceSpec, cidrs: readonly string[]): Flow[] {
  if (serves === undefined) return [];
  const callers = callersOf(name);
  // A flow from nobody would be one from everybody.
  const inside = callers.length > 0 ? [{ workloads: callers, ports: [serves] }] : [];
  return [...inside, ...(isPublic && cidrs.length > 0 ? [{ cidrs, ports: [serves] }] : [])];
}

/** The autoscaler reads the pods of its targets itself, and those whose requests the HPA asks it for. */
const scrapers = (name: ServiceName, { scaling }: ServiceSpec): Flow[] =>
  scaling.by === "autoscaler" || name === workloads.apiGateway
    ? [scrapes, { workloads: [workloads.autoscaler], ports: ["metrics"] }]
    : [scrapes];

function flowTo(callee: string, { connections }: TrafficOptions): Flow {
  const port = storePorts[callee] ?? services.find(([name]) => name === callee)?.[1].serves;
  if (port === undefined) throw new Error(`${callee} listens nowhere: nobody can call it`);
  return { ...(callee === workloads.postgres ? connections.databaseLocation : { workloads: [callee] }), ports: [port] };
}
