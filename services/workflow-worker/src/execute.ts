import { setTimeout as delay } from "node:timers/promises";
import type { Metrics } from "@jobsprint/runtime/metrics";
import { RejectMessage, type Message, type Queue } from "@jobsprint/runtime/queue";
import type { Logger } from "pino";
import type { ExecutionStore } from "./executionStore.ts";
import { parseJob } from "./job.ts";

export interface ExecuteOptions {
  readonly store: ExecutionStore;
  readonly queue: Pick<Queue, "publish">;
  readonly metrics: Pick<Metrics, "workflow">;
  readonly logger: Logger;
  /** Tells whose reports these are. */
  readonly worker: string;
  readonly reportQueue?: string;
  readonly defaultSeconds: number;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The handler of a message: takes the execution up, does its work, writes what came of it. It resolves after the commit, so
 * that the ack follows it; a message that comes again finds the execution finished. What fails for good is the execution
 * and not the message; what the database did not take is thrown, for another attempt.
 */
export function executor(options: ExecuteOptions): (message: Message) => Promise<void> {
  const { store, queue, metrics, logger, worker, reportQueue, defaultSeconds } = options;
  return async ({ messageId: id, redelivered, signal }) => {
    if (id === undefined || !uuid.test(id)) throw new RejectMessage("the messageId must be that of an execution");
    // Epoch seconds: the report is compared with other machines' times.
    const startedAt = now();
    const taken = await store.take(id, signal);
    if (taken.state === "unknown") throw new RejectMessage(`there is no execution ${id}`);
    const report = async (finishedAt: number, done: "now" | "before"): Promise<void> => {
      const body = { id, worker, startedAt, finishedAt, redelivered, done };
      if (reportQueue !== undefined) await queue.publish(reportQueue, body, { messageId: id });
    };
    if (taken.state === "finished") {
      logger.info({ executionId: id }, "finished before");
      // Whoever finished it may have died before its report.
      await report(startedAt, "before");
      return;
    }
    metrics.workflow.started();
    let error: string | null;
    try {
      error = await work(taken.input, defaultSeconds, signal);
      await store.finish(id, { error }, signal);
    } catch (cause) {
      metrics.workflow.abandoned();
      throw cause;
    }
    const finishedAt = now();
    metrics.workflow.finished(error === null ? "succeeded" : "failed", finishedAt - startedAt);
    if (error !== null) logger.warn({ executionId: id, error }, "execution failed");
    // Before the ack: a worker that dies in between reports twice, but no finished execution goes unreported.
    await report(finishedAt, "now");
  };
}

/** Why the execution failed; null when it succeeded. Rejects when the signal ends the work. */
async function work(input: unknown, defaultSeconds: number, signal: AbortSignal): Promise<string | null> {
  try {
    const { workSeconds } = parseJob(input, defaultSeconds);
    await delay(workSeconds * 1000, undefined, { signal });
    return null;
  } catch (error) {
    // Cut off, not failed: another worker does it again.
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

const now = (): number => Date.now() / 1000;
