import assert from "node:assert/strict";
import { Waiting } from "../../../../simulator/engine/waiting.ts";

const arrived = (count: number): Waiting => {
  const waiting = new Waiting();
  for (let job = 0; job < count; job++) waiting.arrive();
  return waiting;
};

function takeAll(waiting: Waiting): number[] {
  const taken: number[] = [];
  while (waiting.length > 0) {
    taken.push(waiting.first);
    waiting.take();
  }
  return taken;
}

describe("Waiting", () => {
  it("serves jobs in the order of their arrival", () => {
    assert.deepEqual(takeAll(arrived(4)), [0, 1, 2, 3]);
  });

  it("puts what is given back before all others, the oldest first, in whatever order it comes", () => {
    for (const back of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const waiting = arrived(5);
      for (let job = 0; job < 3; job++) waiting.take();
      for (const job of back) waiting.giveBack(job);
      assert.equal(waiting.length, 5);
      assert.deepEqual(takeAll(waiting), [0, 1, 2, 3, 4]);
    }
  });

  it("goes on with arrivals after jobs were given back", () => {
    const waiting = arrived(1);
    waiting.take();
    waiting.giveBack(0);
    waiting.arrive();
    assert.deepEqual(takeAll(waiting), [0, 1]);
    waiting.arrive();
    assert.deepEqual(takeAll(waiting), [2]);
    assert.equal(waiting.length, 0);
  });
});
