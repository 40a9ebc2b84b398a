import assert from "node:assert/strict";
import { WarmUp } from "../../../../autoscaler/src/cli/warmUp.ts";

describe("the first scrapes of a served metric", () => {
  const cases = [
    { name: "none", rounds: [], isDone: false },
    { name: "one, which makes no rate", rounds: [true], isDone: false },
    { name: "two", rounds: [true, true], isDone: true },
    { name: "two after the pods became known", rounds: [false, true, true], isDone: true },
    { name: "three without known pods", rounds: [false, false, false], isDone: false },
    { name: "four without known pods, which may stay so for ever", rounds: [false, false, false, false], isDone: true },
  ];
  for (const { name, rounds, isDone } of cases)
    it(`${isDone ? "are enough" : "are too few"}: ${name}`, () => {
      const warmUp = new WarmUp();
      for (const known of rounds) warmUp.scraped(known);
      assert.equal(warmUp.isDone, isDone);
    });
});
