import { createClient, createCluster } from "redis";
import { describeError, type RedisLocation } from "./location.ts";

/** What the sources need of a single node or a cluster. */
export interface RedisConnection {
  /** Rejects with WRONGTYPE on a key of another type, and when the connection is lost; the caller bounds the wait. */
  lLen(key: string): Promise<number>;
  /** Ends it at once; commands in flight reject. */
  destroy(): void;
}

/** For the connect and for a command that waits to be sent; the client keeps no time once it was sent. */
const timeoutMs = 3000;
/** A server that is silent for so long is given up, be it asked nothing: it costs one connect at the next read. */
const silenceMs = 10_000;

// The client never reconnects by itself and queues nothing: a connection that fails is made anew, as password,
// addresses or the kind of server may have changed, and a late answer would tell of another moment.
const shared = { disableOfflineQueue: true, commandOptions: { timeout: timeoutMs } };
const socket = { connectTimeout: timeoutMs, socketTimeout: silenceMs, reconnectStrategy: false as const };

/** Connects to the first node that answers and, when it says so, to its whole cluster. Rejects with an error without credentials. */
export async function connectRedis(locations: readonly RedisLocation[]): Promise<RedisConnection> {
  const failures: string[] = [];
  // One after the other: any node that answers knows the cluster, and the others need no connection yet.
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
    // The server says which of the two it is, so the configuration need not, and cannot be wrong about it.
    if (!/^cluster_enabled:1/m.test(await client.info("cluster"))) {
      return {
        // Wrapped, so that nothing of the library's client is to be seen outside.
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
  // A cluster's client makes its own connections.
  return connectCluster(location, locations);
}

async function connectCluster({ url }: RedisLocation, locations: readonly RedisLocation[]): Promise<RedisConnection> {
  // TLS and user are those of the node that answered: a cluster has one of each.
  const { protocol, username, password } = new URL(url);
  const cluster = createCluster({
    // All nodes that were named: those that are known so far may be gone when the slots are asked for again.
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
  // As above: each command tells its own failure.
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
