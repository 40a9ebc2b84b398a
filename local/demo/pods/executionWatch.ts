import type { Client } from "../client.ts";
import type { Ledger } from "../ledger.ts";
import { poll } from "../load.ts";
import { countStatuses, type Execution, type StatusCounts } from "../requests.ts";

/** The gateway's bound of one request. */
const idsPerRequest = 100;
/** A replica that the gateway reads from lags a little, and a gateway that just ended is asked again. */
const settleSeconds = 20;

/** Brings a ledger up to date by what the gateway tells of its jobs. */
export class ExecutionWatch {
  readonly #client: Client;
  readonly #ledger: Ledger;
  /** Of the jobs that are not done, those asked for in turn. */
  #turn = 0;

  constructor(client: Client, ledger: Ledger) {
    this.#client = client;
    this.#ledger = ledger;
  }

  /** Asks for the oldest jobs that are not done, and for as many of the others in turn. Never rejects. */
  async follow(): Promise<void> {
    const missing = this.#ledger.missing();
    // What workers have in flight is among the oldest; jobs that never end must not hide the others.
    const others = missing.slice(idsPerRequest);
    if (this.#turn >= others.length) this.#turn = 0;
    const pages = [missing.slice(0, idsPerRequest), others.slice(this.#turn, this.#turn + idsPerRequest)];
    this.#turn += idsPerRequest;
    await Promise.all(pages.filter((page) => page.length > 0).map((page) => this.#ask(page)));
  }

  /**
   * Reads every execution of the workflows, which no bound of the view hides, until all have ended, for a bounded time. Resolves
   * to their number by status; null when the gateway never told all.
   */
  async finish(workflows: readonly string[], timeoutSeconds = settleSeconds): Promise<StatusCounts | null> {
    const see = (execution: Execution): void => {
      enter(execution, this.#ledger);
    };
    let counts: StatusCounts | null = null;
    await poll(timeoutSeconds, async () => {
      const now = await countStatuses(this.#client, workflows, see).catch(() => null);
      counts = now ?? counts;
      return now !== null && now["pending"] === 0 && now["running"] === 0;
    });
    return counts;
  }

  async #ask(ids: readonly string[]): Promise<void> {
    const { body } = await this.#client.call("GET", `/v1/executions?ids=${ids.join(",")}`);
    const { executions = [] } = (body ?? {}) as { executions?: readonly (Execution | null)[] };
    for (const execution of executions) if (execution !== null) enter(execution, this.#ledger);
  }
}

/** The times are the database's: its clock is taken for the same as ours. */
export function enter({ id, startedAt, finishedAt }: Execution, ledger: Ledger): void {
  // One that no queue took has finished, but nobody has begun it.
  if (startedAt === null) return;
  const begun = Date.parse(startedAt) / 1000;
  ledger.started(id, begun);
  if (finishedAt === null) return;
  // Whether it was delivered again no row tells, and a row that is read again is no second time of work.
  ledger.done({ id, startedAt: begun, finishedAt: Date.parse(finishedAt) / 1000, redelivered: false, done: "before" });
}
