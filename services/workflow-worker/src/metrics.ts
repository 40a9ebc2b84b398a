import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** What the consumer counts in, and the registry that tells it. */
export interface WorkerMetrics {
  readonly registry: Registry;
  readonly messages: Counter<"outcome">;
  /** At most the prefetch, except after a lost channel whose work goes on. */
  readonly inFlight: Gauge;
  /** Seconds; of work that succeeded, without the wait in the queue. */
  readonly workDuration: Histogram;
}

/** The series of one worker. */
export function createMetrics(): WorkerMetrics {
  // Its own, not the library's global one: two workers in one test process must not share series.
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const messages = new Counter({
    name: "workflow_worker_messages_total",
    help: "Messages by outcome: acked, rejected (can never be worked on) or requeued (the channel was lost before the ack).",
    labelNames: ["outcome"] as const,
    registers,
  });
  // A counter that appears with its first increment hides that increment from rate().
  for (const outcome of ["acked", "rejected", "requeued"]) messages.inc({ outcome }, 0);
  const inFlight = new Gauge({
    name: "workflow_worker_messages_in_flight",
    help: "Messages delivered to this worker and not finished.",
    registers,
  });
  const workDuration = new Histogram({
    name: "workflow_worker_work_duration_seconds",
    help: "Time from the start of the work on a message to its end.",
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  return { registry, messages, inFlight, workDuration };
}
