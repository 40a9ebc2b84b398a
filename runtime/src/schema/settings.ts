import { readFileSync } from "node:fs";
import type { Environment } from "../environment/environment.ts";
import type { ConnectionOptions } from "./connect.ts";
import type { Retention } from "./partitions/retention.ts";
import type { User } from "./users.ts";

/** The users that the platform's services connect as. */
export const userNames = { application: "jobsprint", n8n: "n8n", exporter: "postgres_exporter" } as const;

export interface MigrateSettings {
  /** As the master, to the database that every server has. */
  readonly master: ConnectionOptions;
  /** Who owns what. */
  readonly application: { readonly user: User; readonly database: string };
  readonly n8n: { readonly user: User; readonly database: string };
  readonly exporter: User;
}

export interface PartitionsSettings {
  readonly connection: ConnectionOptions;
  readonly retention: Retention | undefined;
}

/** Variables of `migrate`; whoever calls it checks the environment afterwards. */
export function migrateSettings(environment: Environment): MigrateSettings {
  const server = serverSettings(environment);
  const database = environment.text("DATABASE_NAME");
  const n8nDatabase = environment.text("N8N_DATABASE_NAME");
  if (database !== "" && database === n8nDatabase) {
    environment.problem(`N8N_DATABASE_NAME must differ from DATABASE_NAME, both are ${JSON.stringify(database)}`);
  }
  const master = masterCredential(environment);
  const user = usersByName(environment);
  return {
    master: { ...server, ...master, database: "postgres" },
    application: { user: user(userNames.application), database },
    n8n: { user: user(userNames.n8n), database: n8nDatabase },
    exporter: user(userNames.exporter),
  };
}

/** Variables of `partitions`. */
export function partitionsSettings(environment: Environment): PartitionsSettings {
  const connection = {
    ...serverSettings(environment),
    database: environment.text("DATABASE_NAME"),
    user: environment.file("DATABASE_USERNAME_FILE"),
    password: environment.file("DATABASE_PASSWORD_FILE"),
  };
  return { connection, retention: retentionSettings(environment) };
}

/** AUDIT_RETENTION_MONTHS; undefined without it: everything is kept. */
export function retentionSettings(environment: Environment): Retention | undefined {
  const expired = environment.oneOf("AUDIT_RETENTION_EXPIRED", ["detach", "drop"], "detach");
  if (environment.optional("AUDIT_RETENTION_MONTHS") === undefined) return undefined;
  return { months: environment.whole("AUDIT_RETENTION_MONTHS", [1, 1200]), expired };
}

function serverSettings(environment: Environment): Pick<ConnectionOptions, "host" | "port" | "tls"> {
  const host = environment.text("DATABASE_HOST");
  const port = environment.whole("DATABASE_PORT", [1, 65_535], 5432);
  const off = environment.oneOf("DATABASE_TLS", ["on", "off"], "on") === "off";
  if (off && !["127.0.0.1", "::1", "localhost"].includes(host)) {
    environment.problem(`DATABASE_TLS may be off for a server at loopback alone, not for ${JSON.stringify(host)}`);
  }
  return { host, port, tls: off ? false : { ca: environment.file("DATABASE_CA_FILE") } };
}

function masterCredential(environment: Environment): { user: string; password: string } {
  const key = "DATABASE_MASTER_FILE";
  const text = environment.file(key);
  const { username, password } = parse(text);
  if (typeof username === "string" && typeof password === "string") return { user: username, password };
  // Not quoted: it may hold the password.
  if (text !== "") environment.problem(`${key} must hold JSON with the texts username and password`);
  return { user: "", password: "" };
}

function parse(text: string): { username?: unknown; password?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Reads each folder of DATABASE_USER_FOLDERS; the names decide which user is which, not the order. */
function usersByName(environment: Environment): (name: string) => User {
  const key = "DATABASE_USER_FOLDERS";
  const folders = environment.text(key).split(",").filter(Boolean);
  const users = folders.map((folder): User => {
    const name = readLine(environment, `${folder}/username`);
    const password = readLine(environment, `${folder}/password`);
    // What other letters become before they are hashed is a matter of its own; the platform's passwords have none.
    if (password !== undefined && !/^[\x20-\x7e]+$/.test(password)) {
      environment.problem(`${folder}/password must be printable ASCII and not empty`);
    }
    return { name: name ?? "", password: password ?? "" };
  });
  return (name) => {
    const user = users.find((one) => one.name === name);
    if (user === undefined && folders.length > 0) environment.problem(`${key} must hold a folder of the user ${name}`);
    return user ?? { name, password: "" };
  };
}

/** Undefined where the file cannot be read, which is told. */
function readLine(environment: Environment, path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    environment.problem(`DATABASE_USER_FOLDERS names ${path}, which cannot be read: ${code}`);
    return undefined;
  }
}
