import { priorities, type Queue } from "@jobsprint/runtime/queue";
import type { Logger } from "pino";
import { notFound, Problem } from "../http/problems.ts";
import type { ExecutionStatus, NewExecution } from "./execution.ts";
import type { ExecutionStore, Inserted } from "./executionStore.ts";

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

/**
 * Starts an execution: the row is committed first, then its id is published, and the answer waits for the broker's confirm.
 * Whoever was answered 503 may ask again with the same id: nothing is counted twice, and an execution that no queue took
 * has failed and is never done. A crash between commit and confirm leaves it pending until the caller asks again.
 */
export function executionStarter({ store, queue, logger, publishSeconds }: StartOptions) {
  const publish = async (id: string, urgent: boolean, signal: AbortSignal): Promise<void> => {
    const { queue: name, ...priority } = queueOf(urgent);
    try {
      const options = { messageId: id, timeoutSeconds: publishSeconds, signal, ...priority };
      await queue.publish(name, { executionId: id }, options);
    } catch (error) {
      logger.warn({ executionId: id, error: error instanceof Error ? error.message : String(error) }, "not published");
      // A deadline of its own: the request's may be what has just ended the publishing.
      const failed = await store.failUnqueued(id, AbortSignal.timeout(publishSeconds * 1000));
      // Without a confirm the broker may still have it; then a worker was faster, and all is well.
      if (failed) throw error;
    }
  };
  return async (request: StartRequest, signal: AbortSignal): Promise<{ id: string; status: ExecutionStatus }> => {
    const { id, urgent } = request;
    const inserted = await store.insert(request, signal);
    if (inserted === undefined) throw notFound("active workflow");
    if (inserted.workflowId !== request.workflowId)
      throw new Problem(409, "this idempotency key belongs to an execution of another workflow");
    if (isUnqueued(inserted)) await store.reopen(id, signal);
    // Under way or done: the first request has published it.
    else if (inserted.status !== "pending") return { id, status: inserted.status };
    await publish(id, urgent, signal);
    return { id, status: "pending" };
  };
}

const isUnqueued = ({ status, begun }: Inserted): boolean => status === "failed" && !begun;

export type StartExecution = ReturnType<typeof executionStarter>;
