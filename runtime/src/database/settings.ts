import { readFile } from "node:fs/promises";
import type { Environment } from "../environment/environment.ts";
import type { DatabaseOptions, ServerOptions } from "./options.ts";

/**
 * The servers from DATABASE_HOST, DATABASE_PORT, DATABASE_READ_WRITE, DATABASE_READ_ONLY (optional: no replicas),
 * DATABASE_USERNAME_FILE, DATABASE_PASSWORD_FILE, DATABASE_CA_FILE (optional: Node's own authorities) and
 * DATABASE_TLS (`on`, or `off` for loopback). What is wrong is told to the environment.
 */
export function databaseSettings(environment: Environment): Pick<DatabaseOptions, "primary" | "replicas"> {
  const readOnly = environment.optional("DATABASE_READ_ONLY");
  const tls = environment.oneOf("DATABASE_TLS", ["on", "off"], "on");
  const ca = environment.optional("DATABASE_CA_FILE") === undefined ? undefined : environment.file("DATABASE_CA_FILE");
  environment.file("DATABASE_PASSWORD_FILE");
  const host = environment.text("DATABASE_HOST");
  if (tls === "off" && !["localhost", "127.0.0.1", "::1"].includes(host))
    environment.problem(`DATABASE_TLS may be off for loopback alone, not for ${JSON.stringify(host)}`);
  const server: ServerOptions = {
    host,
    port: environment.whole("DATABASE_PORT", [1, 65_535], 6432),
    database: environment.text("DATABASE_READ_WRITE"),
    user: environment.file("DATABASE_USERNAME_FILE"),
    password: passwordIn(environment.optional("DATABASE_PASSWORD_FILE") ?? ""),
    ssl: tls === "on" && (ca === undefined ? true : { ca }),
  };
  const replicas = readOnly === undefined ? [] : [{ ...server, database: readOnly, pooled: true }];
  return { primary: server, replicas };
}

/** Read again for each new connection, so that a changed password needs no restart. */
const passwordIn = (path: string) => async (): Promise<string> => (await readFile(path, "utf8")).replace(/\r?\n$/, "");
