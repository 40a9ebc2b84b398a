import assert from "node:assert/strict";
import { MemoryStateStore } from "../../../../autoscaler/src/adapters/system/memoryStateStore.ts";
import { runTerm } from "../../../../autoscaler/src/control/term.ts";
import type { RefusedState } from "../../../../autoscaler/src/ports/stateStore.ts";
import { FakeTelemetry } from "../fakes.ts";
import { ManualClock } from "../manualClock.ts";

describe("a term of leadership", () => {
  let clock: ManualClock;
  let telemetry: FakeTelemetry;
  let term: AbortController;
  let ticks: string[];
  let refused: RefusedState[];

  beforeEach(() => {
    clock = new ManualClock();
    telemetry = new FakeTelemetry();
    term = new AbortController();
    ticks = [];
    refused = [];
  });

  function run(states: MemoryStateStore): Promise<void> {
    const tick = (): Promise<boolean> => {
      ticks.push("tick");
      return Promise.resolve(true);
    };
    const loops = () => [{ periodSeconds: 2, tick }];
    const ready = () => Promise.resolve();
    const parts = { states, telemetry, clock, ready, loops, onRefused: (one: RefusedState) => refused.push(one) };
    return runTerm(parts, "me", term.signal);
  }

  const kinds = (): string[] => telemetry.notes.map(({ kind }) => kind);

  it("tells its begin and its end, and ticks between", async () => {
    const running = run(new MemoryStateStore());
    await clock.advance(10);
    term.abort();
    await running;
    assert.ok(ticks.length >= 3, `${ticks.length} ticks`);
    assert.deepEqual(kinds(), ["LeaderElected", "LeaderLost"]);
  });

  it("tells each stored state that it does not take over", async () => {
    class Store extends MemoryStateStore {
      override open(): Promise<readonly RefusedState[]> {
        return Promise.resolve([{ target: "worker", cause: "the stored state is damaged" }]);
      }
    }
    const running = run(new Store());
    await clock.advance(1);
    term.abort();
    await running;
    assert.deepEqual(kinds(), ["LeaderElected", "StateRefused", "LeaderLost"]);
    assert.match(telemetry.notes[1]?.detail ?? "", /damaged: begins with the present count/);
    assert.deepEqual(
      refused.map(({ target }) => target),
      ["worker"],
    );
  });

  it("does not tick before the states are read, and no longer waits where they never can be", async () => {
    class Away extends MemoryStateStore {
      override open(): Promise<readonly RefusedState[]> {
        return Promise.reject(new Error("HTTP 403: forbidden"));
      }
    }
    const running = run(new Away());
    await clock.advance(9);
    assert.deepEqual(ticks, []);
    await clock.advance(5);
    assert.ok(ticks.length > 0);
    term.abort();
    await running;
    assert.deepEqual(kinds(), ["LeaderElected", "StateNotStored", "LeaderLost"]);
    assert.match(telemetry.notes[1]?.detail ?? "", /HTTP 403/);
  });
});
