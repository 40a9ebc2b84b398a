import { randomBytes } from "node:crypto";
import { escapeIdentifier, escapeLiteral, type ClientBase } from "pg";
import { scramVerifier } from "./scramVerifier.ts";

/** A user of the database who logs in by password. */
export interface User {
  readonly name: string;
  /** Printable ASCII. */
  readonly password: string;
}

/** Makes the user where missing, without any right beyond logging in, and gives it this password either way. */
export async function ensureUser(client: ClientBase, { name, password }: User): Promise<{ created: boolean }> {
  const user = escapeIdentifier(name);
  const { rowCount } = await client.query("select from pg_roles where rolname = $1", [name]);
  const created = rowCount === 0;
  if (created) await client.query(`create role ${user} nosuperuser nocreatedb nocreaterole`);
  const verifier = escapeLiteral(scramVerifier(password, randomBytes(16)));
  await client.query(`alter role ${user} login password ${verifier}`);
  return { created };
}

/** Lets whoever runs this act as the user: RDS's master is no superuser, and may give a database to such a one alone. */
export async function joinUser(client: ClientBase, name: string): Promise<void> {
  const held = "select pg_has_role(current_user, $1, 'set') and pg_has_role(current_user, $1, 'usage') as held";
  const { rows } = await client.query<{ held: boolean }>(held, [name]);
  if (rows[0]?.held === true) return;
  await client.query(`grant ${escapeIdentifier(name)} to current_user with inherit true, set true`);
}

/** Figures of the whole server, and no row of anybody's data. */
export async function allowMonitoring(client: ClientBase, name: string): Promise<void> {
  const { rowCount } = await client.query("select where pg_has_role($1, 'pg_monitor', 'usage')", [name]);
  if (rowCount === 0) await client.query(`grant pg_monitor to ${escapeIdentifier(name)}`);
}
