import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";

const long = 60;

describe("systemClock.sleep", () => {
  it("ends after its time", async () => {
    const begun = performance.now();
    await systemClock.sleep(0.05, new AbortController().signal);
    assert.ok(performance.now() - begun >= 45);
  });

  it("does not begin under a signal that has aborted", async () => {
    await systemClock.sleep(long, AbortSignal.abort());
    assert.deepEqual(getEventListeners(AbortSignal.abort(), "abort"), []);
  });

  it("ends for all sleepers at the abort, through one listener", async () => {
    const controller = new AbortController();
    const sleeps = Array.from({ length: 1000 }, () => systemClock.sleep(long, controller.signal));
    assert.equal(getEventListeners(controller.signal, "abort").length, 1);
    controller.abort();
    assert.equal((await Promise.all(sleeps)).length, 1000);
  });

  it("leaves the sleepers of other signals alone", async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    let woken = false;
    const sleep = systemClock.sleep(long, other.signal).then(() => (woken = true));
    const ended = systemClock.sleep(long, one.signal);
    one.abort();
    await ended;
    assert.equal(woken, false);
    other.abort();
    assert.equal(await sleep, true);
  });

  it("does not listen any longer when nobody sleeps, and does again afterwards", async () => {
    const { signal } = new AbortController();
    await Promise.all([systemClock.sleep(0.01, signal), systemClock.sleep(0.02, signal)]);
    assert.deepEqual(getEventListeners(signal, "abort"), []);
    const again = systemClock.sleep(0.01, signal);
    assert.equal(getEventListeners(signal, "abort").length, 1);
    await again;
  });
});
