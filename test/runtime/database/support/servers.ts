import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { Client } from "pg";
import { freePort } from "../../../../local/process.ts";
import { startPgbouncer, type Pgbouncer } from "../../../../local/servers/pgbouncer.ts";
import { startPostgres, type PostgresCluster, type PostgresNode } from "../../../../local/servers/postgres.ts";
import type { DatabaseOptions, ServerOptions } from "../../../../runtime/src/database/index.ts";

/** A primary and two replicas, directly and behind a PgBouncer whose ro leads to both replicas. */
export interface Servers {
  readonly cluster: PostgresCluster;
  readonly direct: DatabaseOptions & { readonly replicas: readonly ServerOptions[] };
  readonly pooled: DatabaseOptions & { readonly replicas: readonly ServerOptions[] };
  /** On a connection of its own to the server. */
  ask(node: PostgresNode, sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

const login = { user: "postgres", password: "trusted", database: "postgres" };
const small = { min: 2, max: 10 };

export async function startServers(): Promise<Servers> {
  const cluster = await startPostgres({ replicas: 2 });
  const relays: Relay[] = [];
  let pgbouncer: Pgbouncer | undefined;
  const stop = async (): Promise<void> => {
    await pgbouncer?.stop();
    await Promise.all(relays.map((relay) => relay.close()));
    await cluster.stop();
  };
  try {
    // PgBouncer takes several hosts but one port: the replicas get an address each.
    const port = await freePort();
    const network = `127.${randomInt(2, 250)}.${randomInt(1, 250)}`;
    const hosts = cluster.replicas.map((_, index) => `${network}.${index + 1}`);
    for (const [index, { port: to }] of cluster.replicas.entries())
      relays.push(await startRelay({ host: hosts[index]!, port }, to));
    pgbouncer = await startPgbouncer({
      databases: {
        rw: { host: "127.0.0.1", port: cluster.primary.port, database: "postgres" },
        ro: { host: hosts.join(","), port, database: "postgres" },
      },
    });
    const pooler = { ...login, host: "127.0.0.1", port: pgbouncer.port, pool: small };
    const at = (node: PostgresNode): ServerOptions => ({ ...login, host: node.host, port: node.port, pool: small });
    return {
      cluster,
      direct: { primary: at(cluster.primary), replicas: cluster.replicas.map(at) },
      pooled: {
        primary: { ...pooler, database: "rw" },
        replicas: [{ ...pooler, database: "ro", pooled: true }],
      },
      ask: (node, sql) => askNode(node.url, sql),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function askNode(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    // Several statements at once have a result each.
    const results: unknown = await client.query(sql);
    const [first] = [results].flat() as { rows: Record<string, unknown>[] }[];
    return first!.rows;
  } finally {
    await client.end();
  }
}

/** How often the server has begun a statement that contains the mark, by its own log (log_statement = all). */
export function timesLogged(node: PostgresNode, mark: string): number {
  // A text of several lines goes on after a line feed and a tab.
  const lines = readFileSync(node.process.logFile, "utf8").replaceAll("\n\t", " ").split("\n");
  return lines.filter((line) => /LOG: {2}(statement|execute [^:]*): /.test(line) && line.includes(mark)).length;
}

export interface Relay {
  /** Bytes go neither way any more, and nobody is told. */
  freeze(): void;
  /** Where new connections go from now on, as when a name gets another address. */
  lead(to: number): void;
  close(): Promise<void>;
}

/** Passes connections on. */
export async function startRelay(from: { host: string; port: number }, to: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let target = to;
  const server: Server = createServer((inner) => {
    const outer = connect(target, "127.0.0.1");
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => (sockets.delete(one), other.destroy()));
      one.pipe(other);
    }
  });
  server.listen(from.port, from.host);
  await once(server, "listening");
  return {
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    lead(other) {
      target = other;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
