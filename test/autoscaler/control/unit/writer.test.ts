import assert from "node:assert/strict";
import { MemoryStateStore } from "../../../../autoscaler/src/adapters/system/memoryStateStore.ts";
import { Writer } from "../../../../autoscaler/src/control/writer.ts";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { Mode } from "../../../../autoscaler/src/core/model.ts";
import type { ScaleIn } from "../../../../autoscaler/src/ports/scaleIn.ts";
import { ScaleError } from "../../../../autoscaler/src/ports/scaleTarget.ts";
import { FakeTarget, backlogSpec } from "../fakes.ts";

/** A store that tells what was durable, and when it was made so. */
class FlushedStore extends MemoryStateStore {
  readonly durable: (number | undefined)[] = [];
  nextFlushError: Error | undefined;

  override flush(): Promise<void> {
    if (this.nextFlushError !== undefined) return Promise.reject(this.nextFlushError);
    this.durable.push(this.load("worker")?.ownership?.attempt?.replicas);
    return Promise.resolve();
  }
}

describe("a writer", () => {
  let target: FakeTarget;
  let states: FlushedStore;
  let stop: AbortController;

  beforeEach(() => {
    target = new FakeTarget(4);
    states = new FlushedStore();
    stop = new AbortController();
  });

  /** One decision about 4 replicas. */
  async function apply(backlog: number, { mode = "scale", scaleIn }: { mode?: Mode; scaleIn?: ScaleIn } = {}) {
    const readings = { queue: { value: backlog, observedAt: 1000 } };
    const decided = decide(backlogSpec, null, { now: 1000, currentReplicas: 4, readyReplicas: 4, readings });
    const ports = { scaleTarget: target, states, ...(scaleIn === undefined ? {} : { scaleIn }) };
    return new Writer("worker", ports).apply(await target.get(), decided, mode, stop.signal);
  }

  it("makes an attempt durable before it writes", async () => {
    assert.deepEqual(await apply(600), { outcome: "patched" });
    assert.deepEqual(states.durable, [6]);
    assert.deepEqual(states.load("worker")?.ownership, { replicas: 6 });
  });

  it("writes also where the attempt could not be made durable", async () => {
    states.nextFlushError = new Error("HTTP 403");
    assert.deepEqual(await apply(600), { outcome: "patched" });
    assert.equal(target.replicas, 6);
  });

  it("stores and writes nothing durable without a change", async () => {
    assert.deepEqual(await apply(400), { outcome: "unchanged" });
    assert.deepEqual(states.durable, []);
  });

  it("never writes a target that is only observed", async () => {
    assert.deepEqual(await apply(600, { mode: "observe" }), { outcome: "observed" });
    assert.equal(target.replicas, 4);
    assert.deepEqual(states.load("worker")?.scaleUpEvents, []);
  });

  it("is superseded once it may no longer write", async () => {
    target.nextPatchError = new ScaleError("notLeader", "the lease has run out");
    assert.deepEqual(await apply(600), { outcome: "superseded" });
  });

  it("writes nothing when the term ended meanwhile", async () => {
    stop.abort();
    await assert.rejects(apply(600), /abort/i);
    assert.equal(target.replicas, 4);
  });

  const preparations: { name: string; backlog: number; prepare: () => Promise<string>; expect: object }[] = [
    {
      name: "prepares the pods before the count falls",
      backlog: 200,
      prepare: () => Promise.resolve("2 of 4 pods idle"),
      expect: { outcome: "patched", scaleIn: "2 of 4 pods idle" },
    },
    {
      name: "lowers the count also where the pods could not be prepared, and says so",
      backlog: 200,
      prepare: () => Promise.reject(new Error("HTTP 503")),
      expect: { outcome: "patched", scaleIn: "not prepared: HTTP 503" },
    },
    {
      name: "prepares nothing on the way up",
      backlog: 600,
      prepare: () => Promise.reject(new Error("must not be called")),
      expect: { outcome: "patched" },
    },
  ];
  for (const { name, backlog, prepare, expect } of preparations) {
    it(name, async () => {
      assert.deepEqual(await apply(backlog, { scaleIn: { prepare } }), expect);
    });
  }
});
