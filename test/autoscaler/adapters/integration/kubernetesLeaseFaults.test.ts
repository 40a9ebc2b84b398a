import assert from "node:assert/strict";
import { PatchStrategy, setHeaderOptions, V1ConfigMap, V1ObjectMeta } from "@kubernetes/client-node";
import { until } from "../../../support/until.ts";
import { childLeads, ElectionRig, leads, measure, namespace } from "../electionRig.ts";

const leaseDurationSeconds = 8;
const retrySeconds = 1;

describe("LeaseElector when a leader or the API server goes away", function () {
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

  it("replaces a leader that was killed", async () => {
    const child = await rig.startChild("child");
    await until("the child leads", childLeads(child));
    const other = rig.start("other");
    await until("the other knows", () => other.elector.holder() === "child");
    child.process.kill("SIGKILL");
    const seconds = await measure("another leads after a kill", leads(other), 15);
    assert.ok(seconds > leaseDurationSeconds - 2 * retrySeconds, "a lease is not taken before its time");
  });

  it("keeps a stopped leader from acting when it goes on", async () => {
    const metadata = Object.assign(new V1ObjectMeta(), { name: rig.name });
    await rig.core.createNamespacedConfigMap({ namespace, body: Object.assign(new V1ConfigMap(), { metadata }) });
    const writer = async () => (await rig.core.readNamespacedConfigMap({ namespace, name: rig.name })).data?.["writer"];
    const child = await rig.startChild("child");
    await until("the child leads and writes", async () => (await writer()) === "child");
    const other = rig.start("other");
    await until("the other knows", () => other.elector.holder() === "child");
    child.process.kill("SIGSTOP");
    await measure("another leads after a stop", leads(other), 15);
    const body = { data: { writer: "other" } };
    await rig.core.patchNamespacedConfigMap(
      { namespace, name: rig.name, body },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
    const wokenAt = Date.now();
    child.process.kill("SIGCONT");
    await until("the child's term is over", () => child.samples.at(-1)?.termAborted === true);
    await until("the child has seen its successor", () => child.samples.filter(({ at }) => at > wokenAt).length > 40);
    const woken = child.samples.filter(({ at }) => at >= wokenAt);
    assert.deepEqual(
      woken.filter((sample) => sample.leads),
      [],
      "not once did it call itself leader",
    );
    assert.equal(await writer(), "other");
    assert.equal(other.elector.isLeader(), true);
  });

  it("ends the term when the API server stays away, and takes its lease back at its return", async () => {
    const both = [rig.start("a"), rig.start("b")];
    await until("one leads", () => rig.leader() !== undefined);
    const first = rig.leader()!;
    const second = both.find((one) => one !== first)!;
    await rig.cluster.stopApiServer("SIGKILL");
    const seconds = await measure("the term is over", () => !first.elector.isLeader(), 10);
    assert.ok(seconds > 3.5 && seconds < 5.5, "the renew deadline of 5 s, from the last renewal");
    await rig.cluster.startApiServer();
    assert.ok(
      (await measure("one leads after the API server's return", () => rig.leader() !== undefined, 10)) <
        2.4 * retrySeconds + 0.5,
    );
    const changes = [...first.events, ...second.events].map(({ kind }) => kind);
    assert.deepEqual(
      changes.filter((kind) => kind === "won" || kind === "lost"),
      ["won", "lost", "won"],
    );
    const failures = [...first.events, ...second.events].filter(({ kind }) => kind === "failure");
    assert.ok(failures.length > 0 && failures.length <= 12, JSON.stringify(failures));
    assert.match(failures[0]!.detail, new RegExp(`^(renew|campaign) of Lease default/${rig.name}: `));
  });
});
