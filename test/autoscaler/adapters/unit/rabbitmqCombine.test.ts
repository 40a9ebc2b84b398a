import assert from "node:assert/strict";
import { combine, type Answers } from "../../../../autoscaler/src/adapters/rabbitmq/combine.ts";
import {
  indexQueueRows,
  type ManagementSnapshot,
  type QueueRow,
} from "../../../../autoscaler/src/adapters/rabbitmq/queueRow.ts";
import { rateOfSamples, ratesOf } from "../../../../autoscaler/src/adapters/rabbitmq/rates.ts";

const row = (changes: Partial<QueueRow> = {}): QueueRow => ({
  name: "q",
  vhost: "/",
  state: "running",
  messages_ready: 4,
  messages_unacknowledged: 3,
  consumers: 2,
  ...changes,
});
const snapshot = (...rows: QueueRow[]): ManagementSnapshot => ({
  observedAt: 100,
  ratesKept: true,
  rows: indexQueueRows(rows),
});
const answers = (changes: Partial<Answers> = {}): Answers => ({
  vhost: "/",
  queues: [{ name: "q", weight: 1 }],
  count: "all",
  startedAt: 101,
  ready: new Map([["q", 5]]),
  management: snapshot(row()),
  ...changes,
});
const away = new Error("away");
const noRates = { publishRate: 0, deliverRate: 0, ackRate: 0 };

describe("what RabbitMQ's two answers make together", () => {
  const cases: { name: string; changes: Partial<Answers>; value: number; observedAt?: number; partial?: RegExp }[] = [
    { name: "both: AMQP's count and the unacknowledged statistic", changes: {}, value: 8 },
    { name: "ready alone", changes: { count: "ready" }, value: 5 },
    { name: "delivered since the statistic: the higher count", changes: { ready: new Map([["q", 0]]) }, value: 7 },
    { name: "AMQP away: the statistic", changes: { ready: away }, value: 7 },
    {
      name: "management away: AMQP's count, partial",
      changes: { management: away },
      value: 5,
      observedAt: 101,
      partial: /away/,
    },
    {
      name: "queue hidden from the user by the management API",
      changes: { management: snapshot() },
      value: 5,
      partial: /does not show/,
    },
    {
      name: "statistics switched off",
      changes: { management: snapshot({ name: "q", vhost: "/" }) },
      value: 5,
      partial: /no statistics/,
    },
    {
      name: "a queue of the same name on another vhost does not count",
      changes: { management: snapshot(row({ vhost: "other", messages_ready: 1000 }), row()) },
      value: 8,
    },
  ];
  for (const { name, changes, value, observedAt = 100, partial } of cases) {
    it(name, () => {
      const measurement = combine(answers(changes));
      assert.equal(measurement.value, value);
      assert.equal(measurement.observedAt, observedAt);
      if (partial === undefined) assert.equal(measurement.partial, undefined);
      else assert.match(measurement.partial ?? "", partial);
    });
  }

  const failures: { name: string; changes: Partial<Answers>; error: RegExp }[] = [
    { name: "neither answers", changes: { ready: new Error("refused"), management: away }, error: /^refused; away$/ },
    {
      name: "AMQP knows no such queue",
      changes: { ready: new Map([["q", null]]) },
      error: /queue q on vhost \/ does not exist/,
    },
    { name: "AMQP away, not listed", changes: { ready: away, management: snapshot() }, error: /does not exist/ },
    {
      // RabbitMQ answers a passive declare of such a queue with 0 messages.
      name: "a quorum queue without its leader",
      changes: { ready: new Map([["q", 0]]), management: snapshot(row({ state: "minority" })) },
      error: /queue q on vhost \/ is minority/,
    },
  ];
  for (const { name, changes, error } of failures) {
    it(`fails: ${name}`, () => {
      assert.throws(() => combine(answers(changes)), { message: error });
    });
  }

  it("weighs the value, not the statistics", () => {
    const queues = [
      { name: "q", weight: 2 },
      { name: "r", weight: 0.5 },
    ];
    const ready = new Map([
      ["q", 4],
      ["r", 4],
    ]);
    const measurement = combine(answers({ queues, ready, management: snapshot(row(), row({ name: "r" })) }));
    assert.equal(measurement.value, 17.5);
    assert.deepEqual(measurement.queue, { ready: 8, unacknowledged: 6, consumers: 4, ...noRates });
  });

  it("leaves out a sum to which one queue gave no number", () => {
    const queues = ["q", "r"].map((name) => ({ name, weight: 1 }));
    const lost = { samples: [{ sample: 1, timestamp: 0 }] };
    const broken = row({
      name: "r",
      message_stats: { publish_details: lost },
    });
    const ready = new Map(queues.map(({ name }) => [name, 4]));
    const { queue } = combine(answers({ queues, ready, management: snapshot(row(), broken) }));
    assert.deepEqual(queue, { ready: 8, unacknowledged: 6, consumers: 4, deliverRate: 0, ackRate: 0 });
  });
});

describe("rates from the broker's own samples", () => {
  const samples = (...values: number[]) =>
    values.map((sample, i) => ({ sample, timestamp: 5000 * (values.length - i) }));
  const cases: { name: string; values: number[]; rate: number | undefined }[] = [
    { name: "newest first, over the whole time", values: [1541, 1289, 1039], rate: 50.2 },
    { name: "nothing happened", values: [7, 7, 7], rate: 0 },
    { name: "a counter that began again", values: [5, 50, 40], rate: undefined },
    { name: "a counter that began again and has passed its old value", values: [90, 5, 50], rate: undefined },
    { name: "one sample", values: [5], rate: undefined },
    { name: "no sample", values: [], rate: undefined },
  ];
  for (const { name, values, rate } of cases) {
    it(name, () => {
      assert.equal(rateOfSamples(samples(...values)), rate);
    });
  }

  it("are zero for a queue that never had a message, and unknown where no counters are kept", () => {
    assert.deepEqual(ratesOf(row(), snapshot()), noRates);
    assert.deepEqual(ratesOf(row(), { ...snapshot(), ratesKept: false }), {});
    assert.deepEqual(ratesOf({ name: "q", vhost: "/" }, snapshot()), {});
  });
});
