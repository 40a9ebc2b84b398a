import assert from "node:assert/strict";
import { stringify } from "yaml";
import { configurationOf } from "../../../../../local/demo/pods/configuration.ts";
import { redeliveredBetween, redeliveredOn } from "../../../../../local/demo/pods/redeliveries.ts";

const target = {
  ...{ name: "workflow-worker", minReplicas: 2, maxReplicas: 12 },
  rules: [{ name: "marks" }, { name: "wait", drain: { metric: "queueDepth", maxWaitSeconds: 30 } }],
};

describe("configurationOf", () => {
  it("takes the workers' bounds, the wait and the queue from what the autoscaler has mounted", () => {
    const text = stringify({ targets: [{ name: "other", rules: [] }, target] });
    assert.deepEqual(configurationOf(text), {
      ...{ text, minReplicas: 2, maxReplicas: 12, maxWaitSeconds: 30, metric: "queueDepth" },
      ...{ capacity: 500, stateMap: "jobsprint-autoscaler-state-0" },
    });
  });
  it("shares the memory of decisions among many targets", () => {
    const others = Array.from({ length: 99 }, (_, index) => ({ name: `other ${index}`, rules: [] }));
    assert.equal(configurationOf(stringify({ targets: [target, ...others] })).capacity, 50);
  });
  for (const { name, targets } of [
    { name: "the workers are no target", targets: [] },
    { name: "nothing bounds their wait", targets: [{ ...target, rules: [] }] },
  ])
    it(`is refused where ${name}`, () => {
      assert.throws(() => configurationOf(stringify({ targets })), /no target workflow-worker with a drain rule/);
    });
});

describe("redeliveries", () => {
  it("are summed over the kinds of queues of a node", () => {
    const page = [
      "# TYPE rabbitmq_global_messages_redelivered_total counter",
      'rabbitmq_global_messages_redelivered_total{protocol="amqp091",queue_type="rabbit_classic_queue"} 2',
      'rabbitmq_global_messages_redelivered_total{protocol="amqp091",queue_type="rabbit_quorum_queue"} 3',
      'rabbitmq_global_messages_delivered_total{protocol="amqp091"} 99',
    ].join("\n");
    assert.equal(redeliveredOn(page), 5);
  });
  for (const { before, after, between } of [
    { before: 2, after: 5, between: 3 },
    { before: null, after: 5, between: null },
    { before: 5, after: null, between: null },
    { before: 5, after: 2, between: null },
  ])
    it(`from ${String(before)} to ${String(after)} are ${String(between)}`, () => {
      assert.equal(redeliveredBetween(before, after), between);
    });
});
