import type { Client } from "../client.ts";
import type { Ledger } from "../ledger.ts";

/** An execution as the gateway shows it. Times are ISO 8601. */
export interface Execution {
  readonly id: string;
  readonly status: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** The gateway's bound of one request. */
const idsPerRequest = 100;
/** Asked for at a time: about what the workers have in flight, and a little of what waits. */
const mostIds = 200;

/** Brings the ledger up to date: asks the gateway for the oldest jobs that are not done. Never rejects. */
export async function followExecutions(client: Client, ledger: Ledger): Promise<void> {
  const ids = ledger.missing().slice(0, mostIds);
  const pages = Array.from({ length: Math.ceil(ids.length / idsPerRequest) }, (_, page) =>
    ids.slice(page * idsPerRequest, (page + 1) * idsPerRequest),
  );
  await Promise.all(
    pages.map(async (page) => {
      const { body } = await client.call("GET", `/v1/executions?ids=${page.join(",")}`);
      const { executions = [] } = (body ?? {}) as { executions?: readonly (Execution | null)[] };
      for (const execution of executions) if (execution !== null) enter(execution, ledger);
    }),
  );
}

/** The times are the database's: its clock is taken for the same as ours. */
export function enter({ id, startedAt, finishedAt }: Execution, ledger: Ledger): void {
  // One that no queue took has finished, but nobody has begun it.
  if (startedAt === null) return;
  const begun = Date.parse(startedAt) / 1000;
  ledger.started(id, begun);
  // Whether it was delivered again no row tells.
  if (finishedAt !== null)
    ledger.done({ id, startedAt: begun, finishedAt: Date.parse(finishedAt) / 1000, redelivered: false });
}
