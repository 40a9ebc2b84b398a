import assert from "node:assert/strict";
import { hpaState } from "../../../../../local/demo/pods/horizontalAutoscaler.ts";
import { hpaScales } from "../../../../../local/demo/pods/rescales.ts";

const metric = "requests_per_second";
const cpu = { resource: { name: "cpu" }, type: "Resource" };
const spec = {
  ...{ minReplicas: 2, maxReplicas: 20 },
  metrics: [cpu, { type: "Pods", pods: { metric: { name: metric }, target: { averageValue: "25" } } }],
};
const read = (averageValue: string) => ({
  currentMetrics: [cpu, { type: "Pods", pods: { metric: { name: metric }, current: { averageValue } } }],
});

describe("hpaState", () => {
  for (const { text, value } of [
    { text: "26700m", value: 26.7 },
    { text: "31", value: 31 },
    { text: "1k", value: 1000 },
    { text: "0", value: 0 },
    { text: "many", value: null },
  ])
    it(`reads ${text} as ${String(value)} requests per second of a pod`, () => {
      const { current } = hpaState({ spec, status: read(text) }, metric);
      assert.equal(current, value);
    });

  it("tells bounds, target and the count asked for", () => {
    assert.deepEqual(hpaState({ spec, status: { desiredReplicas: 3, ...read("30") } }, metric), {
      ...{ minReplicas: 2, maxReplicas: 20, desiredReplicas: 3, current: 30, target: 25 },
    });
  });

  for (const { name, status } of [
    { name: "no status", status: {} },
    { name: "a first status", status: { desiredReplicas: 0, currentMetrics: null } },
    { name: "a status without the metric", status: { desiredReplicas: 0, currentMetrics: [cpu] } },
  ])
    it(`knows neither count nor metric from ${name}`, () => {
      const { desiredReplicas, current } = hpaState({ spec, status }, metric);
      assert.deepEqual({ desiredReplicas, current }, { desiredReplicas: null, current: null });
    });
});

describe("hpaScales", () => {
  const at = (second: number, desiredReplicas: number | null) => ({ at: second, gateway: { desiredReplicas } });

  it("finds each change with the reason of the nearest Event of that size", () => {
    const samples = [at(0, 2), at(1, null), at(2, 2), at(3, 4), at(60, 3), at(61, null), at(62, 3)];
    const rescales = [
      { at: 1002, message: "New size: 4; reason: pods metric requests_per_second above target" },
      { at: 400, message: "New size: 3; reason: of another run" },
    ];
    assert.deepEqual(hpaScales(samples, rescales, 1000), [
      { at: 1003, from: 2, to: 4, reason: "pods metric requests_per_second above target" },
      { at: 1060, from: 4, to: 3, reason: "no Event tells why" },
    ]);
  });
  it("takes the first known count for no change", () => {
    assert.deepEqual(hpaScales([at(0, null), at(1, 3)], [], 0), []);
  });
});
