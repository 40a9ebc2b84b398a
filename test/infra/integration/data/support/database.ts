import { randomInt } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { Client, type ClientConfig } from "pg";
import {
  hostBasedAccess as pgbouncerAccess,
  pgbouncerIni,
  userList,
} from "../../../../../infra/data/pgbouncer/pgbouncerIni.ts";
import { entryScript } from "../../../../../infra/data/postgres/localPostgres.ts";
import {
  hostBasedAccess,
  postgresConf,
  type PostgresFolders,
} from "../../../../../infra/data/postgres/postgresConf.ts";
import { createAuthority, issueCertificate } from "../../../../../local/kubernetes/certificates.ts";
import { temporaryFolder, waitUntil, type ManagedProcess } from "../../../../../local/process.ts";
import { serverFolder, startInRootfs } from "../../../../../local/servers/chroot.ts";

const user = "postgres";
export const password = "letters4ndDigits";

/** As a server sees its folder. */
const folders: PostgresFolders = {
  configuration: "/srv",
  certificate: "/srv",
  authorityFile: "/srv/ca.crt",
  volume: "/srv",
  memory: "/run",
  credential: "/srv",
};

/** A primary, its replicas and a PgBouncer before them, by the shipped configuration and script, each on its own address. */
export interface Database {
  readonly primary: string;
  readonly replicas: readonly string[];
  /** PgBouncer as shipped, its ro the first replica. */
  readonly pooler: Pooler;
  /** Another, its ro both replicas, which checks who signed the servers' certificates but not their names. */
  readonly spreader: Pooler;
  /** A new connection, over TLS unless told otherwise. */
  connect(config: ClientConfig): Promise<Client>;
  remove(): Promise<void>;
}

export interface Pooler {
  readonly process: ManagedProcess;
  /** A new connection to one of its databases, as the application unless told otherwise. */
  connect(database: string, config?: ClientConfig): Promise<Client>;
}

interface Files {
  readonly ca: string;
  readonly common: Record<string, string>;
}

export async function startDatabase(options: { replicas: number; poolSize: number }): Promise<Database> {
  // Two runs at once must not meet.
  const network = `127.${randomInt(2, 250)}.${randomInt(1, 250)}`;
  const addresses = Array.from({ length: 1 + options.replicas }, (_, index) => `${network}.${index + 1}`);
  const [primary = "", ...replicas] = addresses;
  const [poolerAddress, spreaderAddress] = [`${network}.100`, `${network}.101`];
  const { ca, common } = await filesFor([...addresses, poolerAddress, spreaderAddress]);
  const processes: ManagedProcess[] = [];
  const used: string[] = [];

  const connect = async (config: ClientConfig): Promise<Client> => {
    const client = new Client({ ssl: { ca }, password, connectionTimeoutMillis: 10_000, ...config });
    // A server that goes breaks the connection, which is no failure of the test.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const launch = async (name: string, files: Record<string, string>, command: readonly string[], env = {}) => {
    const folder = await serverFolder(name, user, { ...common, ...files });
    used.push(folder);
    const process = await startInRootfs({ name, user, folder, command, env });
    processes.push(process);
    return process;
  };
  const answers = (host: string, process: ManagedProcess): Promise<void> =>
    waitUntil(async () => (await (await connect({ host, user, database: "postgres" })).end(), true), {
      what: `${host} to answer`,
      timeoutSeconds: 240,
      processes: [process],
    });

  for (const [index, address] of addresses.entries()) {
    const name = `postgres-${index}`;
    const env = {
      POD_NAME: name,
      POSTGRES_PRIMARY: primary,
      POSTGRES_DATA: "/srv/data",
      POSTGRES_CONFIG: "/srv/postgresql.conf",
      POSTGRES_DATABASE: "jobsprint",
      POSTGRES_PASSWORD_FILE: "/srv/password",
      POSTGRES_PASSFILE: "/run/passfile",
      POSTGRES_CA_FILE: "/srv/ca.crt",
    };
    const own = ["-c", `listen_addresses=${address}`, "-c", "fsync=off"];
    const files = {
      "entry.sh": entryScript,
      "postgresql.conf": postgresConf({ planned: 4, actual: 0.125 }, folders),
      "pg_hba.conf": hostBasedAccess,
    };
    await answers(address, await launch(name, files, ["sh", "/srv/entry.sh", ...own], env));
  }
  await createUser(await connect({ host: primary, user, database: "jobsprint" }));

  const startPooler = async (name: string, address: string, edit: (ini: string) => string): Promise<Pooler> => {
    const settings = { primaryHost: primary, replicaHosts: replicas, port: 5432, caFile: "/srv/ca.crt" };
    const ini = edit(pgbouncerIni({ ...settings, pools: { replicas: 2, poolSize: options.poolSize } }))
      .replace("listen_addr = *", `listen_addr = ${address}`)
      .replaceAll(/\/etc\/(pgbouncer-users|pgbouncer|jobsprint\/tls)\//g, "/srv/");
    const files = { "pgbouncer.ini": ini, "pg_hba.conf": pgbouncerAccess(), "userlist.txt": userList(password) };
    const process = await launch(name, files, ["pgbouncer", "/srv/pgbouncer.ini"]);
    const pooled = (database: string, config: ClientConfig = {}): Promise<Client> =>
      connect({ host: address, port: 6432, user: "jobsprint", database, ...config });
    await waitUntil(async () => (await (await pooled("rw")).end(), true), { what: name, processes: [process] });
    return { process, connect: pooled };
  };
  const first = replicas[0] ?? primary;
  const pooler = await startPooler("pgbouncer", poolerAddress, (ini) => ini.replace(replicas.join(","), first));
  // PgBouncer before 1.25 takes the whole list of hosts for the name in the certificate (its issue 1300).
  const spreader = await startPooler("pgbouncer-spread", spreaderAddress, (ini) =>
    ini.replace("verify-full", "verify-ca"),
  );

  return {
    primary,
    replicas,
    pooler,
    spreader,
    connect,
    async remove() {
      await Promise.all(processes.map((one) => one.stop("SIGINT", 30)));
      await Promise.all(used.map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}

async function createUser(client: Client): Promise<void> {
  await client.query(`create role jobsprint login password '${password}'`);
  await client.query("grant all on schema public to jobsprint");
  await client.query("create table jobs (id int)");
  await client.query("grant all on jobs to jobsprint");
  await client.end();
}

async function filesFor(addresses: readonly string[]): Promise<Files> {
  const folder = temporaryFolder("database-certificates");
  const authority = await createAuthority(folder, "test-ca");
  const subjectAltNames = addresses.map((address) => `IP:${address}`);
  const { certFile, keyFile } = await issueCertificate(folder, authority, {
    name: "server",
    commonName: "server",
    subjectAltNames,
  });
  const ca = await readFile(authority.certFile, "utf8");
  const tls = { "tls.crt": await readFile(certFile, "utf8"), "tls.key": await readFile(keyFile, "utf8") };
  return { ca, common: { ...tls, "ca.crt": ca, password } };
}
