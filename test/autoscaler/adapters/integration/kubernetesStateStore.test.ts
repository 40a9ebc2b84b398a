import assert from "node:assert/strict";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import { until } from "../../../support/until.ts";
import { intervalSeconds, replicasOf, state, StateStoreRig } from "../stateStoreRig.ts";

describe("ConfigMapStateStore on a real control plane", function () {
  this.timeout(60_000);
  let rig: StateStoreRig;
  const { signal } = new AbortController();
  const pause = (seconds: number) => systemClock.sleep(seconds, signal);

  before(async () => {
    rig = await StateStoreRig.start();
  });

  after(() => rig.cluster.stop());

  beforeEach(() => {
    rig.next();
  });

  afterEach(() => rig.closeAll());

  it("continues with what another process has left", async () => {
    const first = await rig.open();
    assert.equal(first.store.load("a"), null);
    first.store.save("a", state(4));
    first.store.save("b", state(2));
    assert.deepEqual(first.store.load("a"), state(4));
    await first.store.close();
    const second = await rig.open();
    assert.deepEqual(
      [second.store.load("a"), second.store.load("b"), second.store.load("c")],
      [state(4), state(2), null],
    );
    second.store.save("a", state(5));
    await second.store.close();
    assert.deepEqual(await rig.stored(), { a: 5, b: 2 });
  });

  it("forgets its own states when it is opened for another term", async () => {
    const { store } = await rig.open();
    store.save("a", state(4));
    await store.close();
    await rig.patch({ a: JSON.stringify(state(9)) });
    await store.open(signal);
    assert.equal(replicasOf(store.load("a")), 9);
  });

  it("tells which states it refuses, and replaces them with the first save", async () => {
    const first = await rig.open();
    for (const target of ["a", "b"]) first.store.save(target, state(4));
    await first.store.close();
    await rig.patch({ a: "{ torn", b: JSON.stringify(state(3)) });
    const second = rig.create();
    const refused = await second.store.open(signal);
    assert.deepEqual(
      refused.map(({ target }) => target),
      ["a"],
    );
    assert.match(refused[0]!.cause, /JSON/);
    assert.deepEqual([second.store.load("a"), second.store.load("b")], [null, state(3)]);
    await pause(2 * intervalSeconds);
    assert.equal((await rig.read())["a"], "{ torn", "what a person may want to look at stays until then");
    second.store.save("a", state(1));
    await until("it is replaced", async () => (await rig.stored())["a"] === 1);
  });

  it("writes once per interval at most, however often states change", async () => {
    const { store, writes } = await rig.open();
    const begin = performance.now();
    for (let replicas = 0; performance.now() - begin < 2000; replicas++) {
      for (const target of ["a", "b", "c"]) store.save(target, state(replicas));
      await pause(0.01);
    }
    assert.ok(writes.length >= 3 && writes.length <= 2 / intervalSeconds, `${writes.length} writes in 2 s`);
    assert.deepEqual(writes.slice(0, 2), ["POST configmaps", `PATCH ${rig.name}-0`]);
  });

  it("writes nothing while only times move, until the stored ones are old", async () => {
    const made = await rig.open();
    const { store, writes } = made;
    store.save("a", state(4, 1000));
    await until("it is written", () => writes.length === 1);
    for (let at = 1001; at < 1100; at++) {
      store.save("a", state(4, at));
      await pause(0.01);
    }
    assert.equal(writes.length, 1);
    assert.equal(await rig.decidedAt("a"), 1000);
    made.offsetSeconds = 31;
    await until("it is written again", () => writes.length === 2);
    await pause(2 * intervalSeconds);
    assert.equal(writes.length, 2);
    assert.equal(await rig.decidedAt("a"), 1099);
  });

  it("sends only the keys that changed", async () => {
    const { store, writes } = await rig.open();
    for (const target of ["a", "b"]) store.save(target, state(4));
    await store.flush("a", signal);
    // Seen by nobody but the map: a whole write would overwrite it with what the store knows.
    store.save("b", state(4, 2000));
    store.save("a", state(5));
    await store.flush("a", signal);
    assert.equal(writes.length, 2);
    assert.equal(await rig.decidedAt("b"), 1000);
    assert.deepEqual(await rig.stored(), { a: 5, b: 4 });
  });

  it("flush resolves when the state is durable, and does nothing more when it already is", async () => {
    const { store, writes } = await rig.open();
    store.save("a", state(4));
    await Promise.all([store.flush("a", signal), store.flush("a", signal)]);
    assert.deepEqual(await rig.stored(), { a: 4 });
    await store.flush("a", signal);
    assert.equal(writes.length, 1);
  });

  it("never writes while this process may not", async () => {
    const leading = await rig.open();
    const other = await rig.open();
    other.mayWrite = false;
    leading.store.save("a", state(4));
    await leading.store.flush("a", signal);
    other.store.save("a", state(9));
    await assert.rejects(other.store.flush("a", signal), {
      message: `state of a: write ConfigMap default/${rig.name}-0: this process may not write`,
    });
    await pause(2 * intervalSeconds);
    await other.store.close();
    assert.deepEqual([other.writes, other.failures], [[], []]);
    assert.deepEqual(await rig.stored(), { a: 4 });
  });

  it("removes the state of a target that is no longer configured", async () => {
    const first = await rig.open();
    for (const target of ["a", "b", "c"]) first.store.save(target, state(4));
    await first.store.close();
    const second = await rig.open({ targets: ["c", "d"] });
    await until("they are gone", async () => Object.keys(await rig.read()).join() === "c");
    assert.equal(second.writes.length, 1);
  });

  it("knows its targets", async () => {
    const { store } = await rig.open();
    assert.throws(() => store.load("x"), { message: 'target "x" is not one that this store was made for' });
  });
});
