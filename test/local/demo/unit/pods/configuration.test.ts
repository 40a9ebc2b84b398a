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
  const one = "rabbitmq-0 since 1";
  const other = "rabbitmq-1 since 1";
  const anew = "rabbitmq-1 since 2";
  const counts = (entries: Record<string, number> | null) => entries && new Map(Object.entries(entries));
  for (const { name, before, after, between } of [
    { name: "are those of all nodes", before: { [one]: 2, [other]: 1 }, after: { [one]: 5, [other]: 1 }, between: 3 },
    { name: "are unknown without a count before", before: null, after: { [one]: 5 }, between: null },
    { name: "are unknown without a count after", before: { [one]: 5 }, after: null, between: null },
    { name: "are unknown when a count fell", before: { [one]: 5 }, after: { [one]: 2 }, between: null },
    { name: "are unknown while a node is away", before: { [one]: 5, [other]: 1 }, after: { [one]: 9 }, between: null },
    {
      name: "are unknown when a node began anew, whatever the others have counted",
      before: { [one]: 0, [other]: 100 },
      after: { [one]: 120, [anew]: 0 },
      between: null,
    },
  ])
    it(name, () => {
      assert.equal(redeliveredBetween(counts(before), counts(after)), between);
    });
});
