import { createClient, createCluster } from "redis";
import { describeError, type RedisLocation } from "./location.ts";

/** What the sources need of a single node or a cluster. */
export interface RedisConnection {
  lLen(key: string): Promise<number>;
  /** Ends it at once; commands in flight reject. */
  destroy(): void;
}

const timeoutMs = 3000;

// The client never reconnects by itself and queues nothing: a connection that fails is made anew, as password,
// addresses or the kind of server may have changed, and a late answer would tell of another moment.
const shared = { disableOfflineQueue: true, commandOptions: { timeout: timeoutMs } };
const socket = { connectTimeout: timeoutMs, reconnectStrategy: false as const };

/** Connects to the first node that answers and, when it says so, to its whole cluster. Rejects with an error without credentials. */
export async function connectRedis(locations: readonly RedisLocation[]): Promise<RedisConnection> {
  const failures: string[] = [];
  for (const location of locations) {
    try {
      return await connectTo(location, locations);
    } catch (error) {
      failures.push(`Redis ${location.name}: ${describeError(error, locations)}`);
    }
  }
  throw new Error(failures.join("; "));
}

async function connectTo(location: RedisLocation, locations: readonly RedisLocation[]): Promise<RedisConnection> {
  const client = createClient({ ...shared, url: location.url, socket });
  // Without a listener the event would end the process; each command rejects as well.
  client.on("error", () => undefined);
  try {
    await client.connect();
    if (!/^cluster_enabled:1/m.test(await client.info("cluster"))) {
      return {
        lLen: (key) => client.lLen(key),
        destroy: () => {
          client.destroy();
        },
      };
    }
  } catch (error) {
    client.destroy();
    throw error;
  }
  client.destroy();
  return connectCluster(location, locations);
}

async function connectCluster({ url }: RedisLocation, locations: readonly RedisLocation[]): Promise<RedisConnection> {
  const { protocol, username, password } = new URL(url);
  const cluster = createCluster({
    rootNodes: locations.map((location) => ({ url: location.url, socket: { ...socket } })),
    commandOptions: shared.commandOptions,
    // Nodes that are found take nothing from rootNodes, so what all need is said here.
    defaults: {
      disableOfflineQueue: true,
      socket: { ...socket, ...(protocol === "rediss:" ? { tls: true as const } : {}) },
      ...(username === "" ? {} : { username: decodeURIComponent(username) }),
      ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    },
  });
  cluster.on("error", () => undefined);
  try {
    await cluster.connect();
  } catch (error) {
    cluster.destroy();
    throw error;
  }
  return {
    lLen: (key) => cluster.lLen(key),
    destroy: () => {
      cluster.destroy();
    },
  };
}
