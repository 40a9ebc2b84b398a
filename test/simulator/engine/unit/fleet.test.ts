import assert from "node:assert/strict";
import { Fleet } from "../../../../simulator/engine/fleet.ts";

/** Ids of the replicas that the jobs 0, 1, … were given to; undefined: to none. */
const assignAll = (fleet: Fleet, jobs: number): (number | undefined)[] =>
  Array.from({ length: jobs }, (_, job) => fleet.assign(job)?.id);

const victims = (fleet: Fleet, count: number): number[] => fleet.chooseVictims(count).map(({ id }) => id);

describe("Fleet", () => {
  it("begins with ready replicas that nobody has started", () => {
    const fleet = new Fleet(1, 3);
    assert.deepEqual([fleet.ready, fleet.replicas, fleet.pods, fleet.starts], [3, 3, 3, 0]);
  });

  it("makes replicas ready in the order of their time, not of their start", () => {
    const fleet = new Fleet(1, 0);
    for (const readyAt of [30, 10, 20]) fleet.start(readyAt);
    const times: number[] = [];
    while (fleet.nextReady < Infinity) {
      times.push(fleet.nextReady);
      fleet.becomeReady();
    }
    assert.deepEqual(times, [10, 20, 30]);
    assert.deepEqual([fleet.ready, fleet.pods, fleet.starts], [3, 3, 3]);
  });

  it("gives jobs by turns, one to each before a second to any", () => {
    assert.deepEqual(assignAll(new Fleet(2, 3), 7), [0, 1, 2, 0, 1, 2, undefined]);
  });

  it("gives nothing to a replica that is not ready", () => {
    const fleet = new Fleet(1, 1);
    fleet.start(5);
    assert.deepEqual(assignAll(fleet, 2), [0, undefined]);
    fleet.becomeReady();
    assert.equal(fleet.assign(1)?.id, 1);
  });

  it("gives a freed slot the next job", () => {
    const fleet = new Fleet(1, 2);
    assignAll(fleet, 2);
    assert.ok(fleet.finish(fleet.replica(1), 1));
    assert.deepEqual(assignAll(fleet, 2), [1, undefined]);
  });

  it("tells the share of slots in use", () => {
    const fleet = new Fleet(2, 2);
    assignAll(fleet, 3);
    assert.equal(fleet.utilization, 0.75);
    assert.equal(new Fleet(2, 0).utilization, 0);
  });

  describe("chooses who ends", () => {
    it("first those that are not ready, the newest first", () => {
      const fleet = new Fleet(1, 2);
      for (const readyAt of [10, 5]) fleet.start(readyAt);
      assert.deepEqual(victims(fleet, 2), [3, 2]);
    });

    it("then those that became ready last, whenever they were ordered", () => {
      const fleet = new Fleet(1, 1);
      for (const readyAt of [30, 10, 20]) fleet.start(readyAt);
      for (let i = 0; i < 3; i++) fleet.becomeReady();
      assert.deepEqual(victims(fleet, 4), [1, 3, 2, 0]);
    });

    it("of those that became ready together the one ordered last", () => {
      assert.deepEqual(victims(new Fleet(1, 3), 2), [2, 1]);
    });

    it("nobody who ends already", () => {
      const fleet = new Fleet(1, 3);
      assignAll(fleet, 3);
      fleet.end(fleet.replica(2));
      assert.deepEqual(victims(fleet, 2), [1, 0]);
    });
  });

  describe("ends a replica", () => {
    it("at once when it is idle, or not ready yet", () => {
      const fleet = new Fleet(1, 1);
      fleet.start(9);
      fleet.end(fleet.replica(1));
      assert.deepEqual([fleet.ready, fleet.replicas, fleet.pods, fleet.nextReady], [1, 1, 1, Infinity]);
      fleet.end(fleet.replica(0));
      assert.deepEqual([fleet.ready, fleet.replicas, fleet.pods], [0, 0, 0]);
      assert.equal(fleet.assign(0), undefined);
    });

    it("after its last job when it works, and gives it no other", () => {
      const fleet = new Fleet(2, 1);
      const replica = fleet.replica(0);
      assignAll(fleet, 2);
      fleet.end(replica);
      assert.deepEqual([fleet.ready, fleet.replicas, fleet.pods, fleet.busySlots], [0, 0, 1, 0]);
      assert.ok(fleet.finish(replica, 1));
      assert.equal(fleet.assign(2), undefined);
      assert.deepEqual([replica.state, fleet.pods], ["ending", 1]);
      assert.ok(fleet.finish(replica, 0));
      assert.deepEqual([replica.state, fleet.pods], ["gone", 0]);
    });

    it("with its jobs when its grace is over, and knows them no more", () => {
      const fleet = new Fleet(2, 1);
      const replica = fleet.replica(0);
      assignAll(fleet, 2);
      fleet.end(replica);
      assert.deepEqual(fleet.kill(replica), [0, 1]);
      assert.deepEqual([replica.state, fleet.pods], ["gone", 0]);
      assert.equal(fleet.finish(replica, 0), false);
      assert.deepEqual(fleet.kill(replica), []);
      assert.equal(fleet.pods, 0);
    });
  });

  it("forgets nobody with a free slot over thousands of turns", () => {
    const fleet = new Fleet(1, 3);
    for (let job = 0; job < 5000; job++) {
      const replica = fleet.assign(job);
      assert.equal(replica?.id, job % 3);
      assert.ok(fleet.finish(replica, job));
    }
    assert.deepEqual(assignAll(fleet, 4).filter((id) => id !== undefined).length, 3);
  });
});
