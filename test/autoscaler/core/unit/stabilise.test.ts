import assert from "node:assert/strict";
import type { Behavior } from "../../../../autoscaler/src/core/model.ts";
import { remember, stabilisationTimer, stabilise } from "../../../../autoscaler/src/core/stabilise.ts";
import type { Recommendation } from "../../../../autoscaler/src/core/state.ts";
import { specOf } from "../builders.ts";

const now = 1000;

function windows(up: number, down: number): Behavior {
  const { scaleUp, scaleDown } = specOf().behavior;
  return {
    scaleUp: { ...scaleUp, stabilizationWindowSeconds: up },
    scaleDown: { ...scaleDown, stabilizationWindowSeconds: down },
  };
}

const asked = (replicas: number, age: number): Recommendation => ({ at: now - age, replicas });

describe("stabilising", () => {
  const cases: {
    name: string;
    recommended: number;
    history: Recommendation[];
    up?: number;
    down?: number;
    expect: [number, string | null];
  }[] = [
    { name: "passes a rise without windows", recommended: 9, history: [asked(1, 1)], expect: [9, null] },
    { name: "passes a fall without windows", recommended: 2, history: [asked(9, 1)], expect: [2, null] },
    {
      name: "falls to the highest of the scale-down window",
      recommended: 1,
      history: [asked(3, 200), asked(4, 100), asked(2, 50)],
      down: 300,
      expect: [4, "ScaleDownStabilized"],
    },
    {
      name: "rises to the lowest of the scale-up window",
      recommended: 20,
      history: [asked(9, 50), asked(7, 20)],
      up: 60,
      expect: [7, "ScaleUpStabilized"],
    },
    {
      name: "holds where the window asked for more than there is",
      recommended: 1,
      history: [asked(30, 10)],
      down: 300,
      expect: [5, "ScaleDownStabilized"],
    },
    {
      name: "holds where the window asked for less than there is",
      recommended: 20,
      history: [asked(2, 10)],
      up: 60,
      expect: [5, "ScaleUpStabilized"],
    },
    {
      name: "does not count a recommendation as old as the window",
      recommended: 1,
      history: [asked(4, 300)],
      down: 300,
      expect: [1, null],
    },
    {
      name: "counts one a moment younger",
      recommended: 1,
      history: [asked(4, 299.9)],
      down: 300,
      expect: [4, "ScaleDownStabilized"],
    },
    { name: "gives no reason where nothing moves", recommended: 5, history: [], up: 60, down: 300, expect: [5, null] },
  ];
  for (const { name, recommended, history, up = 0, down = 0, expect } of cases) {
    it(name, () => {
      const { replicas, reason } = stabilise(recommended, { current: 5, now }, history, windows(up, down));
      assert.deepEqual([replicas, reason], expect);
    });
  }
});

describe("the memory of recommendations", () => {
  const falling = [asked(8, 300), asked(7, 299), asked(6, 60), asked(5, 59)];
  const rising = [asked(1, 300), asked(2, 299), asked(3, 60), asked(4, 59)];
  const cases: { name: string; history: Recommendation[]; last: number; up: number; down: number; kept: number[] }[] = [
    { name: "lasts as long as the scale-down window", history: falling, last: 4, up: 0, down: 300, kept: [7, 6, 5, 4] },
    { name: "lasts as long as the scale-up window", history: rising, last: 9, up: 60, down: 300, kept: [4, 9] },
    { name: "forgets what a later one reaches", history: rising, last: 9, up: 0, down: 300, kept: [9] },
    {
      name: "keeps a peak and a trough",
      history: [asked(9, 30), asked(1, 20)],
      last: 5,
      up: 60,
      down: 60,
      kept: [9, 1, 5],
    },
    { name: "is the last one alone without windows", history: falling, last: 4, up: 0, down: 0, kept: [4] },
  ];
  for (const { name, history, last, up, down, kept } of cases) {
    it(name, () => {
      const remembered = remember(history, { at: now, replicas: last }, windows(up, down));
      assert.deepEqual(
        remembered.map(({ replicas }) => replicas),
        kept,
      );
    });
  }
});

describe("the timer of the scale-down window", () => {
  const cases: { name: string; history: Recommendation[]; left: number[] }[] = [
    { name: "runs until the last higher recommendation is out", history: [asked(9, 200), asked(4, 90)], left: [210] },
    { name: "does not wait for a lower one", history: [asked(9, 200), asked(1, 10)], left: [100] },
    { name: "does not wait for one as high as the present one", history: [asked(2, 10)], left: [] },
    { name: "is none where the higher ones are out", history: [asked(9, 300)], left: [] },
    { name: "is none without a history", history: [], left: [] },
  ];
  for (const { name, history, left } of cases) {
    it(name, () => {
      const timers = stabilisationTimer(2, history, now, windows(0, 300));
      assert.deepEqual(
        timers.map(({ secondsLeft }) => secondsLeft),
        left,
      );
    });
  }
});
