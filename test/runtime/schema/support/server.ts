import { chownSync, copyFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type ClientConfig, type QueryResultRow } from "pg";
import { createAuthority, issueCertificate } from "../../../../local/kubernetes/certificates.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { startPostgres } from "../../../../local/servers/postgres.ts";
import { until } from "../../../support/until.ts";

/** As on RDS: may make users and databases and give pg_monitor away, but is no superuser. */
export const master = { user: "master", password: "masterSecret1" };

export interface Server {
  readonly host: string;
  readonly port: number;
  /** Of the authority that signed the server's certificate, which names localhost. */
  readonly caFile: string;
  /** What the server writes; every statement is in it. */
  readonly logFile: string;
  /** The real superuser, who needs no password. */
  superuser(database?: string): Promise<Client>;
  /** By password; without TLS unless told otherwise. */
  connect(config: ClientConfig): Promise<Client>;
  stop(): Promise<void>;
}

/** PostgreSQL that asks everybody but its superuser for a password, and speaks TLS where asked to. */
export async function startServer(): Promise<Server> {
  const cluster = await startPostgres();
  const { primary } = cluster;
  const { host, port } = primary;
  const connect = async (config: ClientConfig): Promise<Client> => {
    const client = new Client({ host, port, connectionTimeoutMillis: 10_000, ...config });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const superuser = (database = "postgres"): Promise<Client> => connect({ user: "postgres", database });

  const data = join(primary.folder, "data");
  const caFile = await certify(data);
  const access = ["host all postgres 127.0.0.1/32 trust", "host all all 127.0.0.1/32 scram-sha-256", ""];
  writeFileSync(join(data, "pg_hba.conf"), access.join("\n"));
  const client = await superuser();
  await client.query(`create role ${master.user} login createdb createrole password '${master.password}'`);
  await client.query(`grant pg_monitor to ${master.user} with admin option`);
  await client.query("alter system set ssl = on");
  // Everything that is sent is in the server's log, so that a password would show.
  await client.query("alter system set log_statement = 'all'");
  await client.query("select pg_reload_conf()");
  await until("the new settings hold", async () => (await one(client, "show ssl")) === "on", 60);
  await client.end();
  const { logFile } = primary.process;
  return { host, port, caFile, logFile, superuser, connect, stop: () => cluster.stop() };
}

async function certify(data: string): Promise<string> {
  const folder = temporaryFolder("schema-certificates");
  const authority = await createAuthority(folder, "schema-ca");
  const request = { name: "server", commonName: "server", subjectAltNames: ["DNS:localhost"] };
  const { certFile, keyFile } = await issueCertificate(folder, authority, request);
  const { uid, gid } = statSync(data);
  for (const [source, name] of [
    [certFile, "server.crt"],
    [keyFile, "server.key"],
  ] as const) {
    copyFileSync(source, join(data, name));
    chownSync(join(data, name), uid, gid);
  }
  return authority.certFile;
}

/** The first value of the first row. */
export async function one(client: Client, query: string, values: unknown[] = []): Promise<unknown> {
  const { rows } = await client.query<Record<string, unknown>>(query, values);
  return Object.values(rows[0] ?? {})[0];
}

/** All rows. */
export async function all<Row extends QueryResultRow>(
  client: Client,
  query: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await client.query<Row>(query, values)).rows;
}
