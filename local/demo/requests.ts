import { setTimeout as delay } from "node:timers/promises";
import type { Answer, Client } from "./client.ts";
import type { Ledger } from "./ledger.ts";
import type { Job } from "./workload.ts";

/** What the gateway's callers saw. Times in seconds. */
export interface RequestFacts {
  /** Of each answer, whatever it was. */
  readonly seconds: readonly number[];
  /** Answers other than the expected one, and requests without any. */
  readonly failed: number;
  /** Of each job behind its time. */
  readonly lags: readonly number[];
}

/** Workflows that the jobs are executions of: several, so that not all of them count on one row. */
export const workflowCount = 10;

/** Longer than the gateway gives itself for an answer: then it is the one who tells. */
export const requestSeconds = 30;

const accepted = 202;
/** For one job; each failed one is told. */
const mostAttempts = 5;
/** As the gateway's Retry-After says. */
const retrySeconds = 2;

interface Judged {
  readonly answer: Answer;
  readonly expected: number;
}

/** Makes the workflows; returns their ids. */
export async function createWorkflows(client: Client): Promise<readonly string[]> {
  const names = Array.from({ length: workflowCount }, (_, index) => `demo ${index + 1}`);
  return Promise.all(
    names.map(async (name) => {
      const { status, body } = await client.call("POST", "/v1/workflows", { body: { name } });
      if (status !== 201) throw new Error(`the gateway answered ${status} to a new workflow, not 201`);
      return (body as { id: string }).id;
    }),
  );
}

/**
 * Asks for each job at its time, looks at its workflow beside it, and waits for all answers. Open loop: a late answer delays
 * no later request, and what is late is told. Rejects at the next job when the signal aborts.
 */
export async function requestAll(
  client: Client,
  { jobs, workflows, signal }: { jobs: readonly Job[]; workflows: readonly string[]; signal: AbortSignal },
  ledger: Ledger,
): Promise<RequestFacts> {
  const begun = Date.now() / 1000;
  const lags: number[] = [];
  const answers: Promise<readonly Judged[]>[] = [];
  for (const [index, { id, at, workSeconds }] of jobs.entries()) {
    signal.throwIfAborted();
    // From the start, not from the job before: delays would add up otherwise.
    const aheadSeconds = begun + at - Date.now() / 1000;
    if (aheadSeconds > 0) await delay(aheadSeconds * 1000);
    const askedAt = Date.now() / 1000;
    lags.push(Math.max(0, askedAt - begun - at));
    // Before it is sent: the ledger has to know every job that may be reported.
    ledger.published(id, askedAt);
    const path = `/v1/workflows/${workflows[index % workflows.length] ?? ""}`;
    // The job's id is the execution's: asking twice would start it once.
    const start = { body: { input: { workSeconds } }, headers: { "idempotency-key": id } };
    answers.push(
      client.call("GET", path).then((answer) => [{ answer, expected: 200 }]),
      askUntilAccepted(() => client.call("POST", `${path}/executions`, start)).then((all) => {
        if (all.at(-1)?.answer.status === accepted) ledger.accepted(id, Date.now() / 1000);
        return all;
      }),
    );
  }
  const all = (await Promise.all(answers)).flat();
  return {
    seconds: all.map(({ answer }) => answer.seconds),
    failed: all.filter(({ answer, expected }) => answer.status !== expected).length,
    lags,
  };
}

/** Asks again as a careful client does, with the same key, where the gateway said that it may succeed later. */
async function askUntilAccepted(ask: () => Promise<Answer>): Promise<readonly Judged[]> {
  const all: Judged[] = [];
  for (;;) {
    const answer = await ask();
    all.push({ answer, expected: accepted });
    const passing = answer.status === 503 || answer.status === 0;
    if (!passing || all.length === mostAttempts) return all;
    await delay(retrySeconds * 1000);
  }
}

/** An execution as the gateway shows it. Times are ISO 8601. */
export interface Execution {
  readonly id: string;
  readonly status: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** How many executions are in which status. */
export type StatusCounts = Readonly<Record<string, number>>;

/**
 * What the database says of all executions of the workflows, read through the gateway's streams. Each is shown to `see` too;
 * rejects unless all come.
 */
export async function countStatuses(
  client: Client,
  workflows: readonly string[],
  see?: (execution: Execution) => void,
): Promise<StatusCounts> {
  const counts: Record<string, number> = { pending: 0, running: 0, succeeded: 0, failed: 0 };
  for (const id of workflows)
    for await (const line of client.lines(`/v1/workflows/${id}/executions`)) {
      const execution = line as Execution;
      counts[execution.status] = (counts[execution.status] ?? 0) + 1;
      see?.(execution);
    }
  return counts;
}
