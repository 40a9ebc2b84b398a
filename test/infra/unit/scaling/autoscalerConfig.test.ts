import assert from "node:assert/strict";
import { autoscalerDocument, renderConfig } from "../../../../infra/scaling/autoscalerConfig.ts";
import { maxConnections, poolLimits } from "../../../../infra/capacity/pools.ts";
import { sizes, sizing, type Size } from "../../../../infra/sizing.ts";
import { at } from "../data/support/resources.ts";
import { images } from "../services/support/build.ts";

type Target = ReturnType<typeof renderConfig>["config"]["targets"][number];

function targetOf(name: string, size: Size = "small"): Target {
  const found = renderConfig(autoscalerDocument({ images, sizing: sizing[size] })).config.targets.find(
    (target) => target.name === name,
  );
  assert.ok(found, name);
  return found;
}

describe("the autoscaler's configuration", () => {
  it("has the strategy's scaling rules for the consumers of the queue", () => {
    const marks = targetOf("workflow-worker").rules.find(({ name }) => name === "marks");
    assert.deepEqual(marks?.threshold?.scaleUp.anyAbove, {
      cpu: 80,
      memory: 85,
      requestRate: 1000,
      queueDepth: 10_000,
    });
    assert.deepEqual(marks.threshold.scaleDown.allBelow, { cpu: 30, memory: 40, requestRate: 200 });
    assert.equal(marks.threshold.scaleDown.forSeconds, 300);
  });

  const bounds: { name: string; size: Size; from: number; to: number }[] = [
    { name: "workflow-worker", size: "small", from: 2, to: 60 },
    { name: "workflow-worker", size: "large", from: 2, to: 60 },
    { name: "n8n-worker", size: "small", from: 2, to: 30 },
    { name: "n8n-worker", size: "large", from: 5, to: 30 },
  ];
  for (const { name, size, from, to } of bounds) {
    it(`keeps ${name} from ${from} to ${to} in the ${size} size`, () => {
      const { minReplicas, maxReplicas } = targetOf(name, size);
      assert.deepEqual([minReplicas, maxReplicas], [from, to]);
    });
  }

  const values: { of: string; name: string; path: (string | number)[]; value: unknown }[] = [
    { of: "the queue", name: "workflow-worker", path: ["metrics", "queueDepth", "rabbitmq", "count"], value: "all" },
    {
      of: "both queues",
      name: "workflow-worker",
      path: ["metrics", "queueDepth", "rabbitmq", "queues"],
      value: [
        { name: "workflow", weight: 1 },
        { name: "workflow_priority", weight: 1 },
      ],
    },
    {
      of: "Bull's lists",
      name: "n8n-worker",
      path: ["metrics", "jobs", "redis", "lists"],
      value: ["{bull}:jobs:wait", "{bull}:jobs:active"],
    },
    { of: "the jobs of one worker", name: "n8n-worker", path: ["rules", 1, "perReplica", "target"], value: 10 },
    { of: "the wait", name: "workflow-worker", path: ["rules", 2, "drain", "maxWaitSeconds"], value: 30 },
    { of: "the backlog", name: "workflow-worker", path: ["rules", 1, "perReplica", "target"], value: 150 },
  ];
  for (const { of, name, path, value } of values) {
    it(`tells ${of} of ${name}`, () => {
      assert.deepEqual(at(targetOf(name), ...path), value);
    });
  }

  it("reaches the broker over TLS alone, with credentials from files", () => {
    const { main } = renderConfig(autoscalerDocument({ images, sizing: sizing.small })).config.brokers;
    assert.deepEqual(main, {
      managementUrl: "https://rabbitmq.jobsprint.svc.cluster.local:15671",
      amqpUrl: "amqps://rabbitmq.jobsprint.svc.cluster.local:5671",
      usernameFile: "/etc/jobsprint/rabbitmq-autoscaler/username",
      passwordFile: "/etc/jobsprint/rabbitmq-autoscaler/password",
    });
  });

  for (const size of sizes) {
    it(`lets n8n grow no further than the database of the ${size} size has connections`, () => {
      const most = targetOf("n8n-worker", size).maxReplicas + 10 + 1;
      const allowed = maxConnections(sizing[size].postgres.memoryGi) - 2 * poolLimits.all - poolLimits.reserved;
      assert.ok(most * poolLimits.perN8nProcess <= allowed);
    });
  }

  it("is quicker on the way down at another pace, by the same marks", () => {
    const [production, fast] = [1, 10].map((pace) => {
      const { targets } = renderConfig(autoscalerDocument({ images, sizing: sizing.small, pace })).config;
      return targets.map(({ name, rules, behavior }) => ({ name, behavior, marks: rules[0]?.threshold }));
    });
    assert.deepEqual(
      fast?.map(({ marks }) => marks?.scaleDown.forSeconds),
      [30, 30],
    );
    assert.deepEqual(
      fast.map(({ marks }) => marks?.scaleUp),
      production?.map(({ marks }) => marks?.scaleUp),
    );
    const down = fast.map(({ behavior }) => behavior.scaleDown?.policies?.map(({ periodSeconds }) => periodSeconds));
    assert.deepEqual(down, [[2], [2]]);
    assert.deepEqual(
      fast.map(({ behavior }) => behavior.scaleUp),
      production?.map(({ behavior }) => behavior.scaleUp),
    );
    assert.ok(fast.every(({ behavior }) => behavior.scaleDown?.stabilizationWindowSeconds === 0));
  });

  it("has no target whose tier has no image", () => {
    const { workflowWorker } = images;
    const { targets } = renderConfig(autoscalerDocument({ images: { workflowWorker }, sizing: sizing.small })).config;
    assert.deepEqual(
      targets.map(({ name }) => name),
      ["workflow-worker"],
    );
  });

  it("that is bad fails the program with all its problems", () => {
    const document = structuredClone(autoscalerDocument({ images, sizing: sizing.small })) as {
      targets: Record<string, unknown>[];
    };
    Object.assign(document.targets[0] ?? {}, { minReplicas: 70, maxReplicas: 60, mistyped: true });
    assert.throws(
      () => renderConfig(document),
      (error: Error) => /mistyped/.test(error.message) && /must be at least minReplicas 70/.test(error.message),
    );
  });
});
