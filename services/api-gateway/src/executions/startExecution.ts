import { randomUUID } from "node:crypto";
import { priorities, type Queue } from "@jobsprint/runtime/queue";
import type { Logger } from "pino";
import { notFound, Problem } from "../http/problems.ts";
import type { ExecutionStatus, NewExecution } from "./execution.ts";
import type { ExecutionStore, Standing } from "./executionStore.ts";

export interface StartOptions {
  readonly store: ExecutionStore;
  readonly queue: Pick<Queue, "publish">;
  readonly logger: Logger;
  /** For the answer of the broker, and again for taking back what it did not take. */
  readonly publishSeconds: number;
}

export interface StartRequest extends NewExecution {
  /** An urgent one waits behind no ordinary one. */
  readonly urgent: boolean;
}

/** As the queues' topology has them. */
const queueOf = (urgent: boolean): { queue: string; priority?: number } =>
  urgent ? { queue: "workflow_priority", priority: priorities.urgent } : { queue: "workflow" };

/** What the caller is told. */
interface Started {
  readonly id: string;
  readonly status: ExecutionStatus;
}

/**
 * Starts an execution: the row is committed first, then its id is published, and the answer waits for the broker's confirm
 * and for the row that keeps it. Whoever was answered 503 may ask again with the same id, at any pod and at the same time:
 * nothing is counted twice, and an execution that no queue took has failed and is never done. A failure ends the attempt
 * for all requests that share it: a worker throws away the message of what has failed, so a confirm counts for its own
 * attempt alone. A crash between commit and confirm leaves the row pending until the caller asks again.
 */
export function executionStarter({ store, queue, logger, publishSeconds }: StartOptions) {
  const publish = async ({ id, urgent }: StartRequest, signal: AbortSignal): Promise<void> => {
    const { queue: name, ...priority } = queueOf(urgent);
    const options = { messageId: id, timeoutSeconds: publishSeconds, signal, ...priority };
    await queue.publish(name, { executionId: id }, options);
  };
  /** Ends the attempt, or finds that another request or a worker was faster: without a confirm the broker may have it. */
  const giveUp = async (id: string, attempt: string): Promise<Started | undefined> => {
    // A deadline of its own: the request's may be what has just ended the publishing.
    const signal = AbortSignal.timeout(publishSeconds * 1000);
    if (await store.failUnqueued(id, attempt, signal)) return undefined;
    const now = await store.standing(id, signal);
    return now && isOnItsWay(now) ? { id, status: now.status } : undefined;
  };
  /** Where the execution stands, with an attempt to share; another request may have changed it since. */
  const open = async (request: StartRequest, signal: AbortSignal): Promise<Standing> => {
    const attempt = randomUUID();
    const found = await store.insert(request, attempt, signal);
    if (found === undefined) throw notFound("active workflow");
    if (found.workflowId !== request.workflowId)
      throw new Problem(409, "this idempotency key belongs to an execution of another workflow");
    if (!isRefused(found)) return found;
    return (await store.reopen(request.id, attempt, signal)) ? { ...found, status: "pending", attempt } : found;
  };
  return async (request: StartRequest, signal: AbortSignal): Promise<Started> => {
    const { id } = request;
    for (;;) {
      // Each round that ends nothing has been overtaken by another request.
      signal.throwIfAborted();
      const found = await open(request, signal);
      if (isOnItsWay(found)) return { id, status: found.status };
      if (isRefused(found) || found.attempt === null) continue;
      try {
        await publish(request, signal);
      } catch (error) {
        logger.warn(
          { executionId: id, error: error instanceof Error ? error.message : String(error) },
          "not published",
        );
        const started = await giveUp(id, found.attempt);
        if (started === undefined) throw error;
        return started;
      }
      if (await store.confirm(id, found.attempt, signal)) return { id, status: "pending" };
    }
  };
}

/** Failed because no queue took it. */
const isRefused = ({ status, begun }: Standing): boolean => status === "failed" && !begun;

/** A queue has it, or a worker has begun it. */
const isOnItsWay = (one: Standing): boolean => one.begun || (one.status === "pending" && one.attempt === null);

export type StartExecution = ReturnType<typeof executionStarter>;
