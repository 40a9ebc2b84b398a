import assert from "node:assert/strict";
import { stateCodec } from "../../../../../autoscaler/src/cli/stateCodec.ts";
import { parseConfig } from "../../../../../autoscaler/src/config/parse.ts";
import { stateSchema } from "../../../../../autoscaler/src/config/stateSchema.ts";
import { toTargetSpec } from "../../../../../autoscaler/src/config/targetSpec.ts";
import { decide } from "../../../../../autoscaler/src/core/decide.ts";
import type { TargetSpec } from "../../../../../autoscaler/src/core/model.ts";
import { seedState, type State } from "../../../../../autoscaler/src/core/state.ts";
import { snapshotOf, specOf, waitRule } from "../../builders.ts";

interface Tick {
  readonly seconds: number;
  readonly now: number;
  readonly state: State;
  readonly replicas: number;
  readonly reason: string | undefined;
}

interface Run {
  readonly spec: TargetSpec;
  readonly hours: number;
  /** Messages per second. */
  readonly rateAt: (seconds: number) => number;
}

const begin = 1_732_780_000.123;
const startSeconds = 60;

/** Ticks of 2 s, each with new statistics; a replica does 0.7/s from a minute after it was ordered, and goes at once. */
function* ticksOf({ spec, hours, rateAt }: Run): Generator<Tick> {
  let state: State | null = null;
  let [current, waiting] = [4, 0];
  let starts: { readyAt: number; replicas: number }[] = [];
  for (let seconds = 0; seconds < hours * 3600; seconds += 2) {
    const now = begin + seconds;
    const starting = starts.filter(({ readyAt }) => readyAt > seconds).reduce((sum, { replicas }) => sum + replicas, 0);
    const ready = Math.max(0, current - starting);
    const begun = Math.min(waiting + 2 * rateAt(seconds), 1.4 * ready);
    waiting = waiting + 2 * rateAt(seconds) - begun;
    const unacknowledged = Math.ceil(begun / 1.4);
    const queue = { ready: Math.round(waiting), unacknowledged, publishRate: rateAt(seconds), ackRate: begun / 2 };
    const values = { queue: { value: queue.ready, observedAt: now, queue } };
    const { nextState, decision }: ReturnType<typeof decide> = decide(
      spec,
      state,
      snapshotOf({ now, current, ready, values }),
    );
    state = nextState;
    starts = starts.filter(({ readyAt }) => readyAt > seconds);
    const more = decision.desiredReplicas - current;
    if (more > 0) starts.push({ readyAt: seconds + startSeconds, replicas: more });
    // The newest go first.
    for (let less = -more; less > 0 && starts.length > 0;) {
      const last = starts.pop() as { readyAt: number; replicas: number };
      if (last.replicas > less) starts.push({ ...last, replicas: last.replicas - less });
      less -= last.replicas;
    }
    current = decision.desiredReplicas;
    yield { seconds, now, state, replicas: current, reason: decision.reasons[0] };
  }
}

/** No two minutes are alike, as users are, and every twenty minutes three times as many come for one minute and a half. */
const uneven = (seconds: number): number =>
  Math.round(21_137 * (1 + Math.sin(Math.floor(seconds / 60) * 1.7)) * (seconds % 1200 < 90 ? 3 : 1)) / 100 / 3;

const configFor = (maxWaitSeconds: number, maxReplicas: number) =>
  parseConfig(
    `
apiVersion: autoscaling.jobsprint.dev/v1alpha1
kind: AutoscalerConfig
brokers:
  main:
    managementUrl: http://rabbitmq:15672
    amqpUrl: amqp://rabbitmq:5672
    usernameFile: /etc/rabbitmq/username
    passwordFile: /etc/rabbitmq/password
targets:
  - name: worker
    scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: worker, namespace: default }
    minReplicas: 1
    maxReplicas: ${maxReplicas}
    periodSeconds: 2
    metrics:
      queue: { rabbitmq: { broker: main, vhost: /, queues: [{ name: work, weight: 1 }], count: all } }
    rules:
      - name: wait
        drain:
          { metric: queue, maxWaitSeconds: ${maxWaitSeconds}, readinessDelaySeconds: 60, serviceRatePerReplica: 0.7 }
`,
    "config",
  );

describe("the state of a target with a drain rule", function () {
  this.timeout(60_000);
  const cases = [
    { name: "a wait of a minute", maxWait: 60, maxReplicas: 1000 },
    { name: "a wait of half a minute", maxWait: 30, maxReplicas: 1000 },
    { name: "a wait of an hour", maxWait: 3600, maxReplicas: 1000 },
    { name: "a hundred thousand replicas", maxWait: 60, maxReplicas: 100_000 },
  ];
  for (const { name, maxWait, maxReplicas } of cases) {
    it(`with ${name} is never too large for 200 in a ConfigMap of 1 MiB`, () => {
      const config = configFor(maxWait, maxReplicas);
      const codec = stateCodec(config, { now: () => begin });
      let most = "";
      for (const { state } of ticksOf({ spec: toTargetSpec(config.targets[0]!), hours: 3, rateAt: uneven })) {
        const text = codec.encode("worker", state);
        if (text.length > most.length) most = text;
      }
      const { state } = JSON.parse(most) as { state: State };
      const parts = [...Object.entries(state), ...Object.entries(state.drains["wait"] ?? {})].map(
        ([part, value]) => `${part} ${JSON.stringify(value).length}`,
      );
      assert.ok(most.length < 5 * 1024, `${most.length}: ${parts.join(", ")}`);
    });
  }

  it("is taken by the schema of stored states as it is", () => {
    const { spec, rateAt } = { spec: toTargetSpec(configFor(30, 1000).targets[0]!), rateAt: uneven };
    for (const { seconds, state } of ticksOf({ spec, hours: 0.5, rateAt })) {
      if (seconds % 60 !== 0) continue;
      assert.deepEqual(JSON.parse(JSON.stringify(stateSchema.parse(JSON.parse(JSON.stringify(state))))), state);
    }
  });
});

describe("a target after one burst", function () {
  this.timeout(60_000);
  const cases = [
    { name: "on an idle queue", lateShare: 0.01, rate: 0 },
    { name: "on an idle queue, where none may be late", lateShare: 0, rate: 0 },
    { name: "under a light steady load", lateShare: 0.01, rate: 0.5 },
  ];
  for (const { name, lateShare, rate } of cases) {
    it(`${name} holds a reserve for an hour and none after four`, () => {
      const rule = { ...waitRule, serviceRatePerReplica: 0.7, readinessDelaySeconds: 60, lateShare };
      const spec = specOf({ rules: [rule] });
      const rateAt = (seconds: number): number => (seconds >= 600 && seconds < 660 ? 50 : rate);
      const reserves: boolean[] = [];
      let last: Tick | undefined;
      for (const tick of ticksOf({ spec, hours: 4.2, rateAt })) {
        if (tick.seconds === 4200) reserves.push(tick.reason === "Reserve" && tick.replicas > 5);
        last = tick;
      }
      assert.deepEqual(reserves, [true]);
      assert.deepEqual([last?.replicas, last?.reason], [1, "OfferedLoad"]);
    });
  }
});

describe("a state of an earlier version, with arrivals and work alone,", () => {
  const earlier = {
    recommendations: [{ at: 990, replicas: 4 }],
    scaleUpEvents: [],
    scaleDownEvents: [],
    thresholds: {},
    drains: {
      wait: {
        arrivals: [
          { at: 960, rate: 4 },
          { at: 990, rate: 4 },
        ],
        service: {
          at: 995,
          busy: [{ at: 995, replicas: 2 }],
          saturated: { acked: 40, busySeconds: 20 },
          any: { acked: 40, busySeconds: 20 },
        },
      },
    },
    readiness: { starts: [], readyReplicas: 4 },
  };
  const queue = { ready: 0, unacknowledged: 2, publishRate: 4, ackRate: 4 };
  const snapshot = snapshotOf({ values: { queue: { value: 0, observedAt: 1000, queue } } });

  it("is taken by the schema of stored states", () => {
    assert.deepEqual(stateSchema.parse(earlier), earlier);
  });

  it("is gone on with, by what it knows", () => {
    const { decision, nextState } = decide(specOf({ rules: [waitRule] }), earlier, snapshot);
    assert.deepEqual([decision.desiredReplicas, decision.reasons[0]], [2, "OfferedLoad"]);
    assert.deepEqual(nextState.drains["wait"]?.arrivals.at(-1), { at: 1000, rate: 4 });
    assert.deepEqual(stateSchema.parse(nextState), nextState);
  });
});

describe("a state of an earlier version, with levels of the reserve as objects,", () => {
  const drain = { arrivals: [{ at: 995, rate: 4 }], lateness: { at: 998, begun: 100, late: 9 } };
  const earlier = {
    ...seedState(990, 4, 4),
    drains: {
      wait: { ...drain, reserve: { at: 995, jobs: 90, levels: [{ backlog: 3, late: 5, since: 990 }] } },
    },
  };

  it("loses the reserve alone", () => {
    const taken = JSON.parse(JSON.stringify(stateSchema.parse(earlier))) as State;
    assert.deepEqual(taken, { ...earlier, drains: { wait: drain } });
  });
});
