import assert from "node:assert/strict";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { LeaseElector } from "../../../../autoscaler/src/adapters/kubernetes/leadership/leaseElector.ts";
import type { LeaseEvent } from "../../../../autoscaler/src/adapters/kubernetes/leadership/leaseElector.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import { until } from "../../../support/until.ts";
import { ElectionRig, leads, measure, namespace } from "../electionRig.ts";

const leaseDurationSeconds = 8;
const retrySeconds = 1;

describe("LeaseElector on a real control plane", function () {
  this.timeout(90_000);
  let rig: ElectionRig;

  before(async () => {
    rig = await ElectionRig.launch();
  });

  after(() => rig.cluster.stop());

  beforeEach(() => {
    rig.next();
  });

  afterEach(() => rig.finish());

  it("lets exactly one of two lead, and the other within 2 s after a clean stop", async () => {
    const both = [rig.start("a"), rig.start("b")];
    await until("one leads", () => rig.leader() !== undefined);
    const first = rig.leader()!;
    const second = both.find((one) => one !== first)!;
    await until("the other knows", () => second.elector.holder() === first.identity);
    await systemClock.sleep(2.5 * retrySeconds, new AbortController().signal);
    const held = await rig.read();
    assert.equal(held.spec?.holderIdentity, first.identity);
    assert.equal(held.spec.leaseDurationSeconds, leaseDurationSeconds);
    const stopped = first.stop();
    assert.ok((await measure("another leads after a clean stop", leads(second), 5)) < 2);
    await stopped;
    assert.deepEqual(rig.ledger.terms, [first.identity, second.identity]);
    assert.deepEqual(
      first.events.map(({ kind }) => kind).filter((kind) => kind !== "otherHolder"),
      ["won", "gaveUp"],
    );
    assert.equal((await rig.read()).spec?.leaseTransitions, (held.spec.leaseTransitions ?? 0) + 1);
    await second.stop();
    const left = await rig.read();
    assert.deepEqual([left.spec?.holderIdentity, left.spec?.leaseDurationSeconds], ["", 1]);
  });

  it("stays leader until what it led has settled, then gives up", async () => {
    const only = rig.start("a");
    await until("it leads", leads(only));
    const stopped = only.stop();
    assert.equal(only.elector.isLeader(), true, "what is unsaved may still be written");
    await stopped;
    assert.equal(only.elector.isLeader(), false);
    assert.equal(only.elector.holder(), undefined);
  });

  it("makes a deleted lease again and keeps the leader", async () => {
    const both = [rig.start("a"), rig.start("b")];
    await until("one leads", () => rig.leader() !== undefined);
    const first = rig.leader()!;
    // Who has never seen the lease cannot know that somebody holds it.
    await until("the other knows", () => both.every(({ elector }) => elector.holder() === first.identity));
    const { spec, metadata } = await rig.read();
    for (let times = 0; times < 3; times++) {
      await rig.leases.deleteNamespacedLease({ namespace, name: rig.name });
      await until("there is a lease again", async () => (await rig.read()).spec?.holderIdentity === first.identity);
    }
    const again = await rig.read();
    assert.notEqual(again.metadata?.uid, metadata?.uid);
    assert.equal(again.spec?.leaseTransitions, spec?.leaseTransitions);
    assert.deepEqual(rig.ledger.terms, [first.identity]);
  });

  it("keeps the lead and the labels when somebody else writes on the lease", async () => {
    const only = rig.start("a");
    await until("it leads", leads(only));
    const body = { metadata: { labels: { team: "platform" } } };
    const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    const { metadata } = await rig.leases.patchNamespacedLease({ namespace, name: rig.name, body }, options);
    await until("it renewed", async () => (await rig.read()).metadata?.resourceVersion !== metadata?.resourceVersion);
    assert.deepEqual((await rig.read()).metadata?.labels, { team: "platform" });
    assert.deepEqual(rig.ledger.terms, ["a"]);
  });

  it("ends the term when somebody else was made holder, and waits for that one's time", async () => {
    const only = rig.start("a");
    await until("it leads", leads(only));
    const body = { spec: { holderIdentity: "intruder", leaseDurationSeconds: 3 } };
    await rig.leases.patchNamespacedLease(
      { namespace, name: rig.name, body },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
    await until("it knows", () => !only.elector.isLeader(), 2 * retrySeconds);
    assert.deepEqual(only.events.slice(-2), [
      { kind: "otherHolder", detail: "intruder" },
      { kind: "lost", detail: "held by intruder" },
    ]);
    await until("it leads again", leads(only));
    assert.equal((await rig.read()).spec?.leaseTransitions, 1);
  });

  const jumps: [name: string, seconds: number, ends: boolean][] = [
    ["forward", 3600, true],
    ["back", -3600, false],
  ];
  for (const [direction, seconds, ends] of jumps) {
    it(`a wall clock that jumps ${direction} ${ends ? "ends the term at once" : "changes nothing"}`, async () => {
      const only = rig.start("a");
      await until("it leads", leads(only));
      only.offsetSeconds = seconds;
      assert.equal(only.elector.isLeader(), !ends);
      const renewTime = (await rig.read()).spec?.renewTime;
      await until("it renewed by its new clock", async () => (await rig.read()).spec?.renewTime !== renewTime);
      await until("it leads", leads(only));
      assert.equal(only.events.filter(({ kind }) => kind === "won").length, ends ? 2 : 1);
    });
  }

  it("tells once that it may not, and never rejects", async () => {
    const file = await rig.cluster.kubeconfigFor({ user: "nobody" });
    const events: LeaseEvent[] = [];
    const onChange = (event: LeaseEvent) => events.push(event);
    const kubeConfig = loadKubeConfig(file);
    const elector = new LeaseElector({
      kubeConfig,
      clock: systemClock,
      namespace,
      name: rig.name,
      identity: "n",
      onChange,
    });
    const campaign = AbortSignal.timeout(2500);
    await elector.run(() => Promise.reject(new Error("never called")), campaign);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ["failure"],
    );
    assert.match(events[0]!.detail, /HTTP 403: leases\.coordination\.k8s\.io .* is forbidden/);
  });

  it("gives the lease to another when its lead fails", async () => {
    const campaign = new AbortController();
    const events: LeaseEvent[] = [];
    const onChange = (event: LeaseEvent) => events.push(event);
    const kubeConfig = loadKubeConfig(rig.kubeconfigFile);
    const elector = new LeaseElector({
      kubeConfig,
      clock: systemClock,
      namespace,
      name: rig.name,
      identity: "n",
      onChange,
    });
    const running = elector.run(() => Promise.reject(new Error("cannot lead")), campaign.signal);
    await until("it gave up", () => events.some(({ kind }) => kind === "gaveUp"));
    campaign.abort();
    await running;
    assert.deepEqual(events.slice(0, 3), [
      { kind: "won", detail: "n" },
      { kind: "failure", detail: `lead of Lease default/${rig.name}: cannot lead` },
      { kind: "gaveUp", detail: "n" },
    ]);
  });
});
