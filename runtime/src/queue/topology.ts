/** The strategy's queues as plain data: whoever declares them and whoever uses them reads the same lines. */

export interface QueueTopology {
  readonly name: string;
  /** Messages; the broker refuses further ones, and the publisher learns of it. No bound unless told. */
  readonly maxLength?: number;
  /** Milliseconds; older messages are dead letters. Kept for ever unless told. */
  readonly messageTtlMs?: number;
  /** Deliveries without acknowledgement; one more and the message is a dead letter. */
  readonly deliveryLimit: number;
  /** Exchange that takes dead letters; where there is none they are dropped. */
  readonly deadLetterExchange?: string;
}

export interface ExchangeTopology {
  readonly name: string;
  readonly type: "fanout";
  /** Queues bound to it. */
  readonly queues: readonly string[];
}

export const vhost = "/";

const hourMs = 3_600_000;

const deadLetterExchange = "workflow.dlx";

/**
 * Message priorities of workflow_priority, by AMQP's number.
 * RabbitMQ 4.3 delivers in strict order of 32 levels; until 4.2 there are two classes, up to 4 and above, two to one.
 * These two lie in different classes of both. A quorum queue ignores x-max-priority, so it is not set.
 */
export const priorities = { normal: 4, urgent: 10 } as const;

/** All are quorum queues: mirrored ones, which the strategy names, left RabbitMQ in 4.0. */
export const queues: readonly QueueTopology[] = [
  {
    name: "workflow",
    maxLength: 100_000,
    messageTtlMs: 24 * hourMs,
    // RabbitMQ's own default since 4.0.
    deliveryLimit: 20,
    deadLetterExchange,
  },
  { name: "workflow_priority", deliveryLimit: 20, deadLetterExchange },
  // Looking at a dead letter and putting it back counts as a delivery; beyond the limit it would be gone.
  { name: "workflow_dlx", messageTtlMs: 7 * 24 * hourMs, deliveryLimit: 1000 },
];

/** A fanout: dead letters keep the routing key that tells their first queue. */
export const exchanges: readonly ExchangeTopology[] = [
  { name: deadLetterExchange, type: "fanout", queues: ["workflow_dlx"] },
];
