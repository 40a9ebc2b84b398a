import type { ClientBase } from "pg";
import { parsePosition } from "./lsn.ts";

interface Observation {
  /** Which server, and since when it runs. */
  readonly server: string;
  readonly position: bigint;
  readonly sequence: number;
}

interface Row {
  readonly standby: boolean;
  readonly server: string;
  readonly position: string | null;
}

/**
 * Answers also on a primary, by the flushed position: no replica can have more, and the insert position of an idle
 * primary may stand behind the header of a page to which no record has been written. The time of start tells a server from its successor at the same address.
 */
const query = `select pg_is_in_recovery() as standby,
concat_ws(' ', extract(epoch from pg_postmaster_start_time()), inet_server_addr(), inet_server_port()) as server,
(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end)::text as position`;

export interface Answer {
  readonly standby: boolean;
  /** Null where a standby has replayed nothing yet. */
  readonly position: bigint | null;
}

/**
 * How far the server behind one address has replayed. What one connection saw holds for another only if that other is
 * to the same start of the same server and is older: replay never goes back while a connection lives, but a server that
 * crashed may come back to an earlier place, and another may stand behind the address.
 */
export class Replayed {
  #latest: Observation | undefined;
  #sequence = 0;
  readonly #clients = new WeakMap<ClientBase, { readonly server: string; readonly since: number }>();

  /** The furthest place last seen, only good for choosing where to ask first. */
  get hint(): bigint {
    return this.#latest?.position ?? -1n;
  }

  /** True when what this connection reads now includes the position; asks the server only where that is not known yet. */
  async reached(client: ClientBase, position: bigint): Promise<boolean> {
    const known = this.#clients.get(client);
    const latest = this.#latest;
    const holds = known !== undefined && latest?.server === known.server && latest.sequence >= known.since;
    if (holds && latest.position >= position) return true;
    const answer = await this.ask(client);
    return answer.standby && answer.position !== null && answer.position >= position;
  }

  /** Asks on this connection and remembers. */
  async ask(client: ClientBase): Promise<Answer> {
    const sequence = ++this.#sequence;
    const [row] = (await client.query<Row>(query)).rows;
    if (row === undefined) throw new Error("PostgreSQL answered without a row");
    const position = row.position === null ? null : parsePosition(row.position);
    if (position !== null && row.standby) this.#remember(client, { server: row.server, position, sequence });
    return { standby: row.standby, position };
  }

  #remember(client: ClientBase, observation: Observation): void {
    const { server, sequence } = observation;
    if (this.#clients.get(client)?.server !== server) this.#clients.set(client, { server, since: sequence });
    if (sequence > (this.#latest?.sequence ?? 0)) this.#latest = observation;
  }
}
