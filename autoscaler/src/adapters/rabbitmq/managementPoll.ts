import { z } from "zod";
import type { Clock } from "../../ports/clock.ts";
import type { ManagementClient } from "./managementClient.ts";
import { indexQueueRows, type ManagementSnapshot } from "./queueRow.ts";
import { queuesQuery } from "./queuesQuery.ts";

interface Poll {
  readonly result: Promise<ManagementSnapshot>;
  /** Absent while it runs. */
  ended?: { readonly at: number; readonly restSeconds: number };
}

/** Statistics change every 5 s, so a poll within this time would mostly tell the same. */
const shortestRestSeconds = 2;
/** The broker spends no more than about a tenth of its time on polls, which cost it 0.2 ms a queue … */
const restPerPollSecond = 10;
/** … unless there are so many queues that the statistics would get too old. */
const longestRestSeconds = 5;
/** A failure is tried again sooner: credentials may have changed, the broker may be back. */
const shortestRestAfterFailureSeconds = 1;
/** Who comes during a poll that takes longer than this gets the one before: a tick must not wait for it. */
const worthWaitingForSeconds = 0.5;
/** So long `rates_mode` is believed: only a restart changes it, and that mostly fails a poll, which clears it sooner. */
const settingsSeconds = 60;
/** `GET /api/overview`; absent without the right to see it, which is treated as no rates. */
const overview = z.object({ rates_mode: z.string().optional() });

/** One poll of all of a broker's queues, shared by all sources. */
export class ManagementPoll {
  readonly #client: Pick<ManagementClient, "get">;
  readonly #clock: Clock;
  readonly #timeoutSeconds: number;
  #poll: Poll | undefined;
  /** The last result, if its poll took long and succeeded. */
  #slow: ManagementSnapshot | undefined;
  #settings: { readAt: number; ratesKept: boolean } | undefined;
  /** Only on demand: the columns make each row of a broker with 10,000 queues longer. */
  #priorities = false;

  /** A poll that nobody waits for any longer still serves those who ask after it, so its timeout may be long. */
  constructor(client: Pick<ManagementClient, "get">, clock: Clock, timeoutSeconds: number) {
    this.#client = client;
    this.#clock = clock;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** From the next poll on, asks for the depth per priority too. */
  askForPriorities(): void {
    this.#priorities = true;
  }

  /**
   * All queues of the broker that the user may see; `observedAt` tells the age, up to 7 s more than a poll takes. Rejects with
   * an error that names host and cause, never credentials.
   */
  snapshot(): Promise<ManagementSnapshot> {
    // Callers come at any time; the first one after the rest begins the poll that all others share.
    const now = this.#clock.now();
    if (this.#poll === undefined || isOver(this.#poll, now)) this.#poll = this.#begin(now);
    const { ended, result } = this.#poll;
    return ended === undefined && this.#slow !== undefined ? Promise.resolve(this.#slow) : result;
  }

  #begin(now: number): Poll {
    const poll: Poll = { result: this.#read(now) };
    const end = (shortestRest: number, snapshot?: ManagementSnapshot): void => {
      const at = this.#clock.now();
      const restSeconds = Math.min(longestRestSeconds, Math.max(shortestRest, restPerPollSecond * (at - now)));
      poll.ended = { at, restSeconds };
      // A quick poll is worth waiting for, so nobody gets an older result in its place.
      this.#slow = at - now > worthWaitingForSeconds ? snapshot : undefined;
    };
    poll.result.then(
      (snapshot) => {
        end(shortestRestSeconds, snapshot);
      },
      () => {
        end(shortestRestAfterFailureSeconds);
      },
    );
    return poll;
  }

  async #read(now: number): Promise<ManagementSnapshot> {
    // No caller's signal: one that gives up would take the answer away from all others.
    const signal = AbortSignal.timeout(Math.ceil(this.#timeoutSeconds * 1000));
    try {
      const ratesKept = await this.#ratesKept(now, signal);
      const path = `api/queues?${queuesQuery({ priorities: this.#priorities })}`;
      return { observedAt: now, ratesKept, rows: await this.#client.get(path, signal, indexQueueRows) };
    } catch (error) {
      // A broker that comes back may have other settings.
      this.#settings = undefined;
      throw error;
    }
  }

  async #ratesKept(now: number, signal: AbortSignal): Promise<boolean> {
    if (this.#settings === undefined || now - this.#settings.readAt > settingsSeconds) {
      const path = "api/overview?disable_stats=true&columns=rates_mode";
      this.#settings = { readAt: now, ratesKept: await this.#client.get(path, signal, ratesKeptIn) };
    }
    return this.#settings.ratesKept;
  }
}

function isOver({ ended }: Poll, now: number): boolean {
  // Either way: a clock that was set back must not stretch the rest.
  return ended !== undefined && Math.abs(now - ended.at) >= ended.restSeconds;
}

function ratesKeptIn(json: unknown): boolean {
  const { success, data } = overview.safeParse(json);
  if (!success) throw new Error("the answer is not an overview");
  return data.rates_mode !== undefined && data.rates_mode !== "none";
}
