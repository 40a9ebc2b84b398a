import assert from "node:assert/strict";
import { costPicture } from "../../../../simulator/pictures/cost.ts";
import { picturesOf } from "../../../../simulator/pictures/scene.ts";
import { timelinePicture } from "../../../../simulator/pictures/timeline.ts";
import { staticReplicas } from "../../../../simulator/policies/staticPeak.ts";
import { Bench } from "../../../../simulator/table/bench.ts";
import { scenarioOf } from "../../../../simulator/table/cell.ts";
import { buildWorkload, type Window } from "../../../../simulator/workloads/windows.ts";
import { poisson } from "../../../../simulator/workloads/generators.ts";

const marksOf = (svg: string, colour: string): number => svg.split(`fill="${colour}"`).length - 1;

describe("cost against lateness", () => {
  it("has a mark for each setting, the optimum, the target and a legend of families", async () => {
    const settings = [
      { family: "ours", setting: "one", lateShare: 0, podHours: 12 },
      { family: "HPA", setting: "a", lateShare: 0.5, podHours: 11 },
      { family: "HPA", setting: "b", lateShare: 0.002, podHours: 15 },
    ];
    const optimum = [
      { lateShare: 0.1, podHours: 9 },
      { lateShare: 0, podHours: 10 },
    ];
    const svg = await costPicture({ title: "some cell", optimum, settings, ours: "ours", target: 0.01 });
    for (const text of ["some cell", "1 % late", "optimum", "ours", "HPA", "late jobs (%)", "pod-hours"])
      assert.ok(svg.includes(`>${text}</text>`), text);
    // A mark and its symbol in the legend.
    assert.equal(marksOf(svg, "#d95f02"), 2);
    assert.equal(marksOf(svg, "#4575b4"), 3);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });
});

describe("replicas over time", () => {
  const replicas = { times: [0, 30], values: [1, 4] };

  it("has a line for each autoscaler, the demand and the bound of the wait", async () => {
    const svg = await timelinePicture({
      ...{ title: "some run", seconds: 100, maxWaitSeconds: 20, demand: { times: [0, 60], values: [2, 3] } },
      lines: [
        { name: "ours", colour: "ours", replicas, waits: [{ at: 5, seconds: 3 }] },
        { name: "a baseline with a long setting", colour: "baseline", replicas },
      ],
    });
    for (const text of ["some run", "ours", "a baseline with a long setting", "demand", "late above 20 s", "seconds"])
      assert.ok(svg.includes(`>${text}</text>`), text);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });
});

describe("the pictures of a run", () => {
  const window: Window = {
    name: "steady",
    about: "steady",
    services: { kind: "lognormal", mean: 2, cv: 1 },
    source: { kind: "generated", seconds: 300, arrivals: (seconds, seed) => poisson({ rate: 2, seconds }, seed) },
  };
  const draw = { seed: 1, workload: buildWorkload(window, 1) };
  const bench = new Bench([draw], scenarioOf({ window, readinessSeconds: 10, maxWaitSeconds: 20 }));

  it("show the cheapest baseline within the target over time, and all in the other", async () => {
    const named = (name: string, replicas: number) => ({ ...staticReplicas(replicas), name });
    const { cost, timeline } = await picturesOf(bench, draw, {
      ...{ title: "steady", ours: named("ours", 7) },
      baselines: [named("late", 1), named("dear", 20), named("right", 8)],
    });
    assert.match(timeline, />right: 8 replicas<\/text>/);
    assert.match(timeline, />optimum, none late<\/text>/);
    assert.doesNotMatch(timeline, />(late|dear): /);
    for (const name of ["ours", "late", "dear", "right"]) assert.match(cost, new RegExp(`>${name}</text>`));
  });
});
