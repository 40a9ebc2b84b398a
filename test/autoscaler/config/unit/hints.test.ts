import assert from "node:assert/strict";
import { stringify } from "yaml";
import { hintsOf } from "../../../../autoscaler/src/config/hints.ts";
import { parseConfig } from "../../../../autoscaler/src/config/parse.ts";

const hintsFor = (target: object): string[] =>
  hintsOf(
    parseConfig(
      stringify({
        apiVersion: "autoscaling.jobsprint.dev/v1alpha1",
        kind: "AutoscalerConfig",
        brokers: {
          main: { managementUrl: "http://b:15672", amqpUrl: "amqp://b", usernameFile: "/u", passwordFile: "/p" },
        },
        targets: [
          {
            name: "worker",
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "worker", namespace: "jobs" },
            minReplicas: 1,
            maxReplicas: 9,
            metrics: { queue: { rabbitmq: { broker: "main", queues: [{ name: "jobs" }] } } },
            ...target,
          },
        ],
      }),
      "hints.yaml",
    ),
  );

const drain = (more: object = {}): object => ({
  name: "wait",
  drain: { metric: "queue", maxWaitSeconds: 30, ...more },
});
const backlog = { name: "backlog", perReplica: { metric: "queue", target: 5 } };
const window = (stabilizationWindowSeconds: number): object => ({ scaleDown: { stabilizationWindowSeconds } });

const cases = [
  { name: "the HPA's window over a drain rule", target: { rules: [drain({ scaleInWhileBusy: true })] }, hints: 1 },
  {
    name: "a window of no length",
    target: { rules: [drain({ scaleInWhileBusy: true })], behavior: window(0) },
    hints: 0,
  },
  { name: "busy replicas that stay", target: { rules: [backlog, drain()], behavior: window(0) }, hints: 1 },
  { name: "both", target: { rules: [drain()], behavior: window(60) }, hints: 2 },
  { name: "no drain rule", target: { rules: [backlog] }, hints: 0 },
];

describe("hints on a configuration", () => {
  for (const { name, target, hints } of cases) {
    it(`tells ${hints} on ${name}`, () => {
      assert.equal(hintsFor(target).length, hints);
    });
  }

  it("names the path and the value", () => {
    const [first, second] = hintsFor({ rules: [backlog, drain()], behavior: window(300) });
    assert.match(first ?? "", /^targets\[0\]\.behavior\.scaleDown\.stabilizationWindowSeconds is 300:/);
    assert.match(second ?? "", /^targets\[0\]\.rules\[1\]\.drain\.scaleInWhileBusy is false:/);
  });
});
