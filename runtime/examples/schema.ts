/** Makes the tables in an empty database and keeps its partitions, as a test of yours might. */
import { readFileSync } from "node:fs";
import { applyMigrations, jsonLogger, maintainPartitions, withClient } from "@jobsprint/runtime/schema";

const { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USERNAME_FILE, DATABASE_PASSWORD_FILE } = process.env;
const read = (file = ""): string => readFileSync(file, "utf8").trim();
const connection = {
  host: DATABASE_HOST ?? "127.0.0.1",
  port: Number(DATABASE_PORT ?? 5432),
  database: DATABASE_NAME ?? "jobsprint",
  user: read(DATABASE_USERNAME_FILE),
  password: read(DATABASE_PASSWORD_FILE),
  // With TLS: { ca: the PEM of the authority that signed the server's certificate }.
  tls: false,
} as const;

const now = (): Date => new Date();
const logger = jsonLogger((line) => process.stdout.write(line), now);
await withClient(connection, async (client) => {
  console.log("applied:", (await applyMigrations(client, { logger })).join(", "));
  // A year is kept: what is older leaves the table, and stays as a table of its own.
  const retention = { months: 12, expired: "detach" } as const;
  const { created, moved } = await maintainPartitions(client, { now, logger, retention });
  console.log(`${created.length} partitions made, ${moved} rows moved`);
});
