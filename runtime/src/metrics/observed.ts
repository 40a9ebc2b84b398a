import type { Gauge } from "prom-client";
import type { CacheStatus } from "../cache/telemetry.ts";
import type { DatabaseServerStatus } from "../database/telemetry.ts";
import type { QueueStatus } from "../queue/telemetry.ts";
import type { DefinitionKey } from "./definitions.ts";
import type { Instruments } from "./instruments.ts";
import { createPull, type Pull } from "./pull.ts";

/** A series: its labels and its value. */
type Sample = readonly [labels: Record<string, string>, value: number];

/** Gauges that are asked for at a scrape. */
export interface Observed {
  readonly database: Pull<readonly DatabaseServerStatus[]>;
  readonly cache: Pull<CacheStatus>;
  readonly queue: Pull<QueueStatus>;
  /** What the gauges do at a scrape, by their key. */
  readonly collect: Partial<Record<DefinitionKey, () => Promise<void>>>;
}

/** `instruments` is called at scrapes only: the gauges are made with what this returns. */
export function createObserved(instruments: () => Instruments): Observed {
  const failed = (source: string) => (): void => {
    instruments().pullFailures.inc({ source });
  };
  const database = createPull<readonly DatabaseServerStatus[]>(failed("database"));
  const cache = createPull<CacheStatus>(failed("cache"));
  const queue = createPull<QueueStatus>(failed("queue"));
  const gauge = (key: DefinitionKey): Gauge => instruments()[key] as Gauge;
  const fill =
    <Status>(key: DefinitionKey, pull: Pull<Status>, samples: (status: Status) => readonly Sample[]) =>
    async (): Promise<void> => {
      const status = await pull.status();
      replace(gauge(key), status === undefined ? [] : samples(status));
    };
  return {
    database,
    cache,
    queue,
    collect: {
      databasePoolUsage: fill("databasePoolUsage", database, (servers) => servers.flatMap(usage)),
      databaseConnections: fill("databaseConnections", database, (servers) => servers.flatMap(connections)),
      databaseInRotation: fill("databaseInRotation", database, (servers) =>
        servers.map(({ name: server, role, inRotation }) => [{ server, role }, Number(inRotation)]),
      ),
      databaseLag: fill("databaseLag", database, (servers) =>
        servers.flatMap(({ name: server, lagSeconds }) => known({ server }, lagSeconds)),
      ),
      cacheMemory: fill("cacheMemory", cache, ({ memoryBytes }) => [[{}, memoryBytes]]),
      cacheEntries: fill("cacheEntries", cache, ({ memoryEntries }) => [[{}, memoryEntries]]),
      cacheConnected: fill("cacheConnected", cache, ({ redisConnected }) => [[{}, Number(redisConnected)]]),
      queueDepth: fill("queueDepth", queue, ({ depth }) =>
        Object.entries(depth).flatMap(([name, messages]) => known({ queue: name }, messages)),
      ),
      queueConnected: fill("queueConnected", queue, ({ connected }) => [[{}, Number(connected)]]),
    },
  };
}

/** Removes what is no longer told: a server that has gone must not keep its last value. */
function replace(gauge: Gauge, samples: readonly Sample[]): void {
  gauge.reset();
  // The library gives a gauge without labels a 0, which nobody has measured.
  if (samples.length === 0) gauge.remove({});
  for (const [labels, value] of samples) gauge.set(labels, value);
}

const known = (labels: Record<string, string>, value: number | null): Sample[] =>
  value === null ? [] : [[labels, value]];

// A pool of no connections has no share.
const usage = ({ name: server, role, connections: { busy, max } }: DatabaseServerStatus): Sample[] =>
  max > 0 ? [[{ server, role }, busy / max]] : [];

const connections = ({ name: server, role, connections: counts }: DatabaseServerStatus): Sample[] =>
  (["busy", "idle", "waiting", "max"] as const).map((state) => [{ server, role, state }, counts[state]]);
