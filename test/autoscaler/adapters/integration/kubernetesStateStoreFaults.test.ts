import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig, V1ConfigMap, V1ObjectMeta } from "@kubernetes/client-node";
import type { State } from "../../../../autoscaler/src/core/state.ts";
import { until } from "../../../support/until.ts";
import { namespace, replicasOf, state, StateStoreRig } from "../stateStoreRig.ts";

describe("ConfigMapStateStore when things go wrong", function () {
  this.timeout(120_000);
  let rig: StateStoreRig;
  const { signal } = new AbortController();

  before(async () => {
    rig = await StateStoreRig.start();
  });

  after(() => rig.cluster.stop());

  beforeEach(() => {
    rig.next();
  });

  afterEach(() => rig.closeAll());

  it("is asked again before the repetition of a write", async () => {
    let asked = 0;
    const { store, writes } = await rig.open({ mayWrite: () => ++asked === 1 });
    await rig.core.createNamespacedConfigMap({
      namespace,
      body: Object.assign(new V1ConfigMap(), {
        metadata: Object.assign(new V1ObjectMeta(), { name: `${rig.name}-0` }),
      }),
    });
    store.save("a", state(4));
    await assert.rejects(store.flush("a", signal), /may not write/);
    assert.deepEqual([asked, writes], [2, ["POST configmaps"]]);
  });

  it("writes over a conflict, with what is its own", async () => {
    const { store, writes, failures } = await rig.open();
    store.save("a", state(4));
    store.save("b", state(2));
    await store.flush("a", signal);
    await rig.patch({ b: JSON.stringify(state(77)), stranger: "x" });
    store.save("a", state(5));
    await store.flush("a", signal);
    assert.deepEqual(await rig.stored(), { a: 5, b: 2 });
    assert.deepEqual(writes.slice(1), [`PATCH ${rig.name}-0`, `PATCH ${rig.name}-0`]);
    assert.deepEqual(failures, []);
  });

  it("makes a deleted map again with all states", async () => {
    const { store, failures } = await rig.open();
    for (const [index, target] of ["a", "b", "c"].entries()) store.save(target, state(index));
    await store.flush("a", signal);
    await rig.core.deleteNamespacedConfigMap({ namespace, name: `${rig.name}-0` });
    store.save("b", state(7));
    await until("it is there again", async () => (await rig.stored())["b"] === 7);
    assert.deepEqual(await rig.stored(), { a: 0, b: 7, c: 2 });
    assert.deepEqual(failures, []);
  });

  it("keeps 1,000 states in maps of less than 1 MiB, also when the maps are cut anew", async () => {
    const targets = Array.from({ length: 1000 }, (_, index) => `target-${index}`);
    const encode = (_: string, one: State) => JSON.stringify({ ...one, padding: "x".repeat(4500) });
    const first = await rig.open({ targets, encode });
    for (const [index, target] of targets.entries()) first.store.save(target, state(index));
    const begin = performance.now();
    const keys = async () =>
      await Promise.all([0, 1, 2, 3, 4].map(async (index) => Object.keys(await rig.read(index))));
    // Not by a flush, which gives up after 2 s: a busy machine may need longer.
    await until("each map is written", async () => (await keys()).every((one) => one.length === 200), 60);
    console.log(`      1,000 states written after ${Math.round(performance.now() - begin)} ms`);
    assert.ok(first.writes.length >= 5);
    await first.store.close();
    for (let index = 0; index < 5; index++) {
      const bytes = Buffer.byteLength(JSON.stringify(await rig.read(index)));
      assert.ok(bytes > 900_000 && bytes < 1_048_576, `map ${index} has ${bytes} bytes`);
    }
    const openedAt = performance.now();
    // Turned round, each map is full of states that belong into another one.
    const second = await rig.open({ targets: targets.toReversed() });
    console.log(`      and read after ${Math.round(performance.now() - openedAt)} ms`);
    for (const index of [0, 555, 999]) assert.equal(replicasOf(second.store.load(`target-${index}`)), index);
    await until(
      "each has moved",
      async () => (await keys()).every((one, map) => one.includes(`target-${999 - 200 * map}`)),
      60,
    );
    await until("and left its place", async () => (await keys()).every((one) => one.length === 200), 60);
    await second.store.close();
    const third = await rig.open({ targets: targets.slice(0, 450), targetsPerMap: 150 });
    const counts = async () => (await keys()).map((one) => one.length).join();
    await until("a smaller configuration has its place", async () => (await counts()) === "150,150,150,0,0", 60);
    // A busy machine may take longer than a write is given; it is then repeated.
    const failures = [...second.failures, ...third.failures].filter((one) => !one.includes("no answer in time"));
    assert.deepEqual(failures, []);
    assert.deepEqual(
      await rig.stored(0),
      Object.fromEntries(targets.slice(0, 150).map((target, index) => [target, index])),
    );
  });

  it("survives an API server that is away", async () => {
    const { store, failures, writes } = await rig.open();
    store.save("a", state(4));
    await store.flush("a", signal);
    await rig.cluster.stopApiServer("SIGKILL");
    store.save("a", state(5));
    const begin = performance.now();
    await assert.rejects(store.flush("a", signal), /state of a: write ConfigMap default\/.*: fetch failed/);
    await until("two more tries", () => writes.length >= 4);
    assert.equal(failures.length, 1, JSON.stringify(failures));
    await assert.rejects(rig.create().store.open(signal), /read ConfigMap default\/.*: fetch failed/);
    assert.ok(performance.now() - begin < 5000);
    assert.equal(replicasOf(store.load("a")), 5);
    await rig.cluster.startApiServer();
    await until("it is written", async () => (await rig.stored())["a"] === 5);
    assert.deepEqual(failures.slice(3), [], "one for each cause, also while it starts");
  });

  it("gives a hanging API server up after 2 s, at a flush and at the end", async () => {
    // Nothing is stored, and a write gets no answer.
    const server = createServer(({ method }, response) => {
      if (method === "GET") response.writeHead(404, { "content-type": "application/json" }).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const kubeConfig = new KubeConfig();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    kubeConfig.loadFromClusterAndUser({ name: "c", server: url, skipTLSVerify: true }, { name: "u" });
    const { store, failures } = await rig.open({ kubeConfig, intervalSeconds: 60 });
    store.save("a", state(4));
    const begin = performance.now();
    await assert.rejects(store.flush("a", signal), /no answer in time/);
    await store.close();
    const seconds = (performance.now() - begin) / 1000;
    assert.ok(seconds > 3.9 && seconds < 4.5, `${seconds} s`);
    assert.deepEqual(failures, [`write ConfigMap default/${rig.name}-0: no answer in time`]);
    server.closeAllConnections();
    server.close();
  });

  it("overwrites nothing that it has not read", async () => {
    const leading = await rig.open();
    leading.store.save("a", state(4));
    await leading.store.close();
    const { store, writes } = rig.create();
    await assert.rejects(store.open(AbortSignal.abort()));
    store.save("a", state(1));
    await assert.rejects(store.flush("a", signal), /may not write/);
    await store.close();
    assert.deepEqual([writes, await rig.stored()], [[], { a: 4 }]);
  });

  it("leaves no timer behind", async () => {
    const made = await rig.open();
    assert.equal(made.sleeping, 1);
    await made.store.close();
    assert.equal(made.sleeping, 0);
  });
});
