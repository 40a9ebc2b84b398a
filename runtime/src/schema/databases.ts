import { escapeIdentifier, type ClientBase } from "pg";
import { joinUser } from "./users.ts";

interface State {
  readonly owner: string;
  readonly open: boolean;
}

/** Makes the database where missing, gives it to its user, and closes it to everybody else. */
export async function ensureDatabase(
  client: ClientBase,
  { database, owner }: { readonly database: string; readonly owner: string },
): Promise<{ created: boolean }> {
  const name = escapeIdentifier(database);
  await joinUser(client, owner);
  const found = await stateOf(client, database);
  if (found === undefined) await client.query(`create database ${name} owner ${escapeIdentifier(owner)}`);
  // RDS and the pod alike make the first database with their master as its owner.
  else if (found.owner !== owner) await client.query(`alter database ${name} owner to ${escapeIdentifier(owner)}`);
  // A new database lets everybody in.
  if (found?.open !== false) await client.query(`revoke connect, temporary on database ${name} from public`);
  return { created: found === undefined };
}

async function stateOf(client: ClientBase, database: string): Promise<State | undefined> {
  // 0 is the grantee "public"; without a list of its own the defaults hold.
  const query = `
    select pg_get_userbyid(datdba) as owner,
      exists (select from aclexplode(coalesce(datacl, acldefault('d', datdba)))
              where grantee = 0 and privilege_type = 'CONNECT') as open
    from pg_database where datname = $1`;
  const { rows } = await client.query<State>(query, [database]);
  return rows[0];
}
