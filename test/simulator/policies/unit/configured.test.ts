import assert from "node:assert/strict";
import type { Rule, TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import { configured, type ConfiguredTarget } from "../../../../simulator/policies/configured.ts";
import { scenarioOf, statisticsOf, viewOf, workload } from "../builders.ts";

const tolerance = { up: 0.1, down: 0.1 };
const perReplica = (metric: string, target: number): Rule => ({
  ...{ kind: "perReplica", name: `by ${metric}`, metric, target, tolerance },
});
const atOnce = {
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [{ type: "Pods", value: 100, periodSeconds: 15 }],
} as const;

function targetOf(
  origins: ConfiguredTarget["origins"],
  rules: readonly Rule[],
  more: Partial<TargetSpec> & { schedules?: string[] } = {},
): ConfiguredTarget {
  const { schedules = [], ...rest } = more;
  const metrics = Object.entries(origins).map(([name, { kind }]) => [
    name,
    { scope: kind === "cpu" ? "utilization" : kind === "podMetrics" ? "perPod" : "total", maxAgeSeconds: 30 },
  ]);
  const spec: TargetSpec = {
    ...{ name: "worker", mode: "scale", minReplicas: 1, maxReplicas: 50, rules },
    metrics: Object.fromEntries(metrics) as TargetSpec["metrics"],
    behavior: { scaleUp: atOnce, scaleDown: atOnce },
    foreignWriteHoldSeconds: 0,
    ...rest,
  };
  return { periodSeconds: 2, origins, schedules, spec };
}

interface Counted {
  readonly name: string;
  readonly origins: ConfiguredTarget["origins"];
  readonly metric: string;
  readonly target: number;
  readonly expected: number;
}

/** What it decides at one replica when that is seen. */
const decided = (target: ConfiguredTarget, view: Parameters<typeof viewOf>[0]): number =>
  configured(target)
    .policy.create(scenarioOf(), workload)
    .decide(viewOf({ now: 100, ...view }));

describe("a user's configuration", () => {
  const statistics = statisticsOf({ observedAt: 99, ready: 30, unacknowledged: 10, publishRate: 12 });
  for (const { name, origins, metric, target, expected } of [
    {
      ...{ name: "counts waiting and held messages", origins: { queue: { kind: "rabbitmq", count: "all" } } },
      ...{ metric: "queue", target: 10, expected: 4 },
    },
    {
      ...{ name: "counts waiting messages alone", origins: { queue: { kind: "rabbitmq", count: "ready" } } },
      ...{ metric: "queue", target: 10, expected: 3 },
    },
    {
      ...{ name: "reads lists as what waits", origins: { lists: { kind: "redis" } } },
      ...{ metric: "lists", target: 10, expected: 3 },
    },
    {
      ...{ name: "reads requests per second and pod", origins: { requests: { kind: "podMetrics" } } },
      ...{ metric: "requests", target: 3, expected: 4 },
    },
  ] as readonly Counted[])
    it(name, () => {
      const rules = [perReplica(metric, target)];
      assert.equal(decided(targetOf(origins, rules), { statistics, readyNow: 30 }), expected);
    });

  it("reads CPU as the share of slots in use, once a window is over", () => {
    const rules: Rule[] = [{ kind: "utilization", name: "cpu", metric: "cpu", target: 50, tolerance }];
    const policy = configured(targetOf({ cpu: { kind: "cpu" } }, rules)).policy.create(scenarioOf(), workload);
    const at = (now: number, utilizationSeconds: number): number =>
      policy.decide(viewOf({ now, utilizationSeconds, replicas: 4, readyReplicas: 4 }));
    assert.equal(at(0, 0), 4);
    assert.equal(at(10, 10), 4);
    // All slots busy all the time: twice the target.
    assert.equal(at(20, 20), 8);
  });

  it("leaves out Prometheus queries, with the rules that need them, and says so", () => {
    const origins = { lag: { kind: "prometheus" }, queue: { kind: "rabbitmq", count: "all" } } as const;
    const target = targetOf(origins, [perReplica("lag", 1), perReplica("queue", 10)]);
    assert.deepEqual(configured(target).notes, [
      "lag: a Prometheus query, which is not simulated; it is left out.",
      "by lag: a rule that needs what is left out, and is left out with it.",
    ]);
    // One that is unknown would forbid every step down.
    const idle = { statistics: statisticsOf({ observedAt: 99 }), replicas: 9, readyReplicas: 9 };
    assert.equal(decided(target, idle), 1);
  });

  it("keeps a rule of marks as long as it has marks of both kinds", () => {
    const marks: Rule = {
      ...{ kind: "threshold", name: "marks" },
      scaleUp: { anyAbove: { queue: 20, lag: 5 }, step: { pods: 3 } },
      scaleDown: { allBelow: { queue: 5, lag: 1 }, forSeconds: 0, step: { pods: 1 } },
    };
    const origins = { lag: { kind: "prometheus" }, queue: { kind: "rabbitmq", count: "all" } } as const;
    assert.equal(decided(targetOf(origins, [marks]), { statistics, readyNow: 30 }), 4);
    const alone = { ...marks, scaleDown: { ...marks.scaleDown, allBelow: { lag: 1 } } };
    assert.throws(() => configured(targetOf(origins, [alone])), {
      name: "UserError",
      message: "worker: no rule can be simulated without lag, a Prometheus query",
    });
  });

  it("says of schedules, memory and observing how they are simulated", () => {
    const origins = { memory: { kind: "memory" }, queue: { kind: "rabbitmq", count: "all" } } as const;
    const target = targetOf(origins, [perReplica("queue", 1)], { mode: "observe", schedules: ["office"] });
    const { notes } = configured(target);
    assert.equal(notes.length, 3);
    for (const word of [/^memory: memory is not simulated/, /^office: a schedule/, /^mode observe: /])
      assert.ok(notes.some((note) => word.test(note)));
  });

  it("begins anew in each run", () => {
    const target = targetOf({ queue: { kind: "rabbitmq", count: "all" } }, [perReplica("queue", 10)]);
    const { policy } = configured(target);
    const first = policy.create(scenarioOf(), workload).decide(viewOf({ now: 100, statistics, readyNow: 30 }));
    assert.equal(
      policy.create(scenarioOf(), workload).decide(viewOf({ now: 0, statistics: { ...statistics, observedAt: 0 } })),
      first,
    );
    assert.equal(policy.create(scenarioOf(), workload).periodSeconds, 2);
  });
});
