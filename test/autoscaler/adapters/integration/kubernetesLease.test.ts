import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  CoordinationV1Api,
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  V1ConfigMap,
  V1ObjectMeta,
} from "@kubernetes/client-node";
import type { KubeConfig, V1Lease } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/client.ts";
import { LeaseElector } from "../../../../autoscaler/src/adapters/kubernetes/leaseElector.ts";
import type { LeaseEvent } from "../../../../autoscaler/src/adapters/kubernetes/leaseElector.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import { apply } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import type { ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { until } from "../../../support/until.ts";
import { LeadershipLedger } from "../leadershipLedger.ts";

const namespace = "default";
const leaseDurationSeconds = 8;
const retrySeconds = 1;

// What an election needs, and nothing else; configmaps are what the candidates of this test write.
const leastPrivilege = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: candidate, namespace: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: candidate, namespace: ${namespace} }
rules:
  - { apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update] }
  - { apiGroups: [""], resources: [configmaps], verbs: [patch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: candidate, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: candidate }
subjects: [{ kind: ServiceAccount, name: candidate, namespace: ${namespace} }]
`;

interface Candidate {
  readonly identity: string;
  readonly elector: LeaseElector;
  readonly events: LeaseEvent[];
  /** How many leads ran at once, at most. */
  mostAtOnce: number;
  offsetSeconds: number;
  stop(): Promise<void>;
}

interface Child {
  readonly identity: string;
  readonly process: ChildProcess;
  readonly samples: { at: number; leads: boolean; termAborted: boolean }[];
}

describe("LeaseElector on a real control plane", function () {
  this.timeout(90_000);
  let cluster: ControlPlane;
  let kubeconfigFile: string;
  let leases: CoordinationV1Api;
  let core: CoreV1Api;
  let ledger: LeadershipLedger;
  let name: string;
  let electors: Candidate[];
  let children: Child[];
  let sampler: NodeJS.Timeout;
  let count = 0;

  before(async () => {
    cluster = await startControlPlane();
    const admin: KubeConfig = loadKubeConfig(cluster.kubeconfigFile);
    leases = admin.makeApiClient(CoordinationV1Api);
    core = admin.makeApiClient(CoreV1Api);
    await apply(cluster, leastPrivilege);
    kubeconfigFile = await cluster.kubeconfigFor({ serviceAccount: "candidate", namespace });
  });

  after(() => cluster.stop());

  beforeEach(() => {
    name = `election-${++count}`;
    ledger = new LeadershipLedger();
    electors = [];
    children = [];
    sampler = setInterval(() => {
      for (const { identity, elector } of electors) ledger.note(identity, elector.isLeader(), Date.now());
    }, 10);
  });

  afterEach(async () => {
    await Promise.all(electors.map((one) => one.stop()));
    for (const child of children) child.process.kill("SIGKILL");
    clearInterval(sampler);
    assert.deepEqual(ledger.overlaps, [], "two led at once");
    for (const { identity, mostAtOnce } of electors) assert.ok(mostAtOnce <= 1, `${identity} led twice at once`);
  });

  function start(identity: string, differences: { name?: string } = {}): Candidate {
    const campaign = new AbortController();
    const events: LeaseEvent[] = [];
    const clock = { ...systemClock, now: () => systemClock.now() + candidate.offsetSeconds };
    const kubeConfig = loadKubeConfig(kubeconfigFile);
    const onChange = (event: LeaseEvent) => events.push(event);
    const elector = new LeaseElector({ kubeConfig, clock, namespace, name, identity, onChange, ...differences });
    let atOnce = 0;
    const candidate: Candidate = {
      ...{ identity, elector, events, mostAtOnce: 0, offsetSeconds: 0 },
      async stop() {
        campaign.abort();
        await running;
      },
    };
    const running = elector.run(async (term) => {
      candidate.mostAtOnce = Math.max(candidate.mostAtOnce, ++atOnce);
      if (!term.aborted) await once(term, "abort");
      // A tick in flight takes its time to end.
      await systemClock.sleep(0.2, new AbortController().signal);
      atOnce--;
    }, campaign.signal);
    electors.push(candidate);
    return candidate;
  }

  async function startChild(identity: string): Promise<Child> {
    const script = join(import.meta.dirname, "../leaseCandidate.ts");
    const child = spawn(process.execPath, [script, kubeconfigFile, name, identity], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const started: Child = { identity, process: child, samples: [] };
    createInterface({ input: child.stdout }).on("line", (line) => {
      const sample = JSON.parse(line) as Child["samples"][number];
      started.samples.push(sample);
      ledger.note(identity, sample.leads, sample.at);
    });
    children.push(started);
    await until(`${identity} runs`, () => started.samples.length > 0, 30);
    return started;
  }

  const leader = (): Candidate | undefined => electors.find(({ elector }) => elector.isLeader());
  const leads = (candidate: Candidate) => () => candidate.elector.isLeader();
  const childLeads = (child: Child) => () => child.samples.at(-1)?.leads === true;
  const readLease = (): Promise<V1Lease> => leases.readNamespacedLease({ namespace, name });

  /** Seconds until the condition holds, for the report. */
  async function measure(what: string, condition: () => boolean | Promise<boolean>, limit: number): Promise<number> {
    const begin = performance.now();
    await until(what, condition, limit);
    const seconds = (performance.now() - begin) / 1000;
    console.log(`      ${what} after ${seconds.toFixed(1)} s`);
    return seconds;
  }

  it("lets exactly one of two lead, and the other within 2 s after a clean stop", async () => {
    const both = [start("a"), start("b")];
    await until("one leads", () => leader() !== undefined);
    const first = leader()!;
    const second = both.find((one) => one !== first)!;
    await until("the other knows", () => second.elector.holder() === first.identity);
    await systemClock.sleep(2.5 * retrySeconds, new AbortController().signal);
    const held = await readLease();
    assert.equal(held.spec?.holderIdentity, first.identity);
    assert.equal(held.spec.leaseDurationSeconds, leaseDurationSeconds);
    const stopped = first.stop();
    assert.ok((await measure("another leads after a clean stop", leads(second), 5)) < 2);
    await stopped;
    assert.deepEqual(ledger.terms, [first.identity, second.identity]);
    assert.deepEqual(
      first.events.map(({ kind }) => kind).filter((kind) => kind !== "otherHolder"),
      ["won", "gaveUp"],
    );
    assert.equal((await readLease()).spec?.leaseTransitions, (held.spec.leaseTransitions ?? 0) + 1);
    await second.stop();
    const left = await readLease();
    assert.deepEqual([left.spec?.holderIdentity, left.spec?.leaseDurationSeconds], ["", 1]);
  });

  it("stays leader until what it led has settled, then gives up", async () => {
    const only = start("a");
    await until("it leads", leads(only));
    const stopped = only.stop();
    assert.equal(only.elector.isLeader(), true, "what is unsaved may still be written");
    await stopped;
    assert.equal(only.elector.isLeader(), false);
    assert.equal(only.elector.holder(), undefined);
  });

  it("replaces a leader that was killed", async () => {
    const child = await startChild("child");
    await until("the child leads", childLeads(child));
    const other = start("other");
    await until("the other knows", () => other.elector.holder() === "child");
    child.process.kill("SIGKILL");
    const seconds = await measure("another leads after a kill", leads(other), 15);
    assert.ok(seconds > leaseDurationSeconds - 2 * retrySeconds, "a lease is not taken before its time");
  });

  it("keeps a stopped leader from acting when it goes on", async () => {
    const metadata = Object.assign(new V1ObjectMeta(), { name });
    await core.createNamespacedConfigMap({ namespace, body: Object.assign(new V1ConfigMap(), { metadata }) });
    const writer = async () => (await core.readNamespacedConfigMap({ namespace, name })).data?.["writer"];
    const child = await startChild("child");
    await until("the child leads and writes", async () => (await writer()) === "child");
    const other = start("other");
    await until("the other knows", () => other.elector.holder() === "child");
    child.process.kill("SIGSTOP");
    await measure("another leads after a stop", leads(other), 15);
    const body = { data: { writer: "other" } };
    await core.patchNamespacedConfigMap(
      { namespace, name, body },
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

  it("makes a deleted lease again and keeps the leader", async () => {
    start("a");
    start("b");
    await until("one leads", () => leader() !== undefined);
    const first = leader()!;
    const { spec, metadata } = await readLease();
    for (let times = 0; times < 3; times++) {
      await leases.deleteNamespacedLease({ namespace, name });
      await until("there is a lease again", async () => (await readLease()).spec?.holderIdentity === first.identity);
    }
    const again = await readLease();
    assert.notEqual(again.metadata?.uid, metadata?.uid);
    assert.equal(again.spec?.leaseTransitions, spec?.leaseTransitions);
    assert.deepEqual(ledger.terms, [first.identity]);
  });

  it("keeps the lead and the labels when somebody else writes on the lease", async () => {
    const only = start("a");
    await until("it leads", leads(only));
    const body = { metadata: { labels: { team: "platform" } } };
    const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    const { metadata } = await leases.patchNamespacedLease({ namespace, name, body }, options);
    await until("it renewed", async () => (await readLease()).metadata?.resourceVersion !== metadata?.resourceVersion);
    assert.deepEqual((await readLease()).metadata?.labels, { team: "platform" });
    assert.deepEqual(ledger.terms, ["a"]);
  });

  it("ends the term when somebody else was made holder, and waits for that one's time", async () => {
    const only = start("a");
    await until("it leads", leads(only));
    const body = { spec: { holderIdentity: "intruder", leaseDurationSeconds: 3 } };
    await leases.patchNamespacedLease(
      { namespace, name, body },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
    await until("it knows", () => !only.elector.isLeader(), 2 * retrySeconds);
    assert.deepEqual(only.events.slice(-2), [
      { kind: "otherHolder", detail: "intruder" },
      { kind: "lost", detail: "held by intruder" },
    ]);
    await until("it leads again", leads(only));
    assert.equal((await readLease()).spec?.leaseTransitions, 1);
  });

  const jumps: [name: string, seconds: number, ends: boolean][] = [
    ["forward", 3600, true],
    ["back", -3600, false],
  ];
  for (const [direction, seconds, ends] of jumps) {
    it(`a wall clock that jumps ${direction} ${ends ? "ends the term at once" : "changes nothing"}`, async () => {
      const only = start("a");
      await until("it leads", leads(only));
      only.offsetSeconds = seconds;
      assert.equal(only.elector.isLeader(), !ends);
      const renewTime = (await readLease()).spec?.renewTime;
      await until("it renewed by its new clock", async () => (await readLease()).spec?.renewTime !== renewTime);
      await until("it leads", leads(only));
      assert.equal(only.events.filter(({ kind }) => kind === "won").length, ends ? 2 : 1);
    });
  }

  it("ends the term when the API server stays away, and takes its lease back at its return", async () => {
    const both = [start("a"), start("b")];
    await until("one leads", () => leader() !== undefined);
    const first = leader()!;
    const second = both.find((one) => one !== first)!;
    await cluster.stopApiServer("SIGKILL");
    const seconds = await measure("the term is over", () => !first.elector.isLeader(), 10);
    assert.ok(seconds > 3.5 && seconds < 5.5, "the renew deadline of 5 s, from the last renewal");
    await cluster.startApiServer();
    assert.ok(
      (await measure("one leads after the API server's return", () => leader() !== undefined, 10)) <
        2.4 * retrySeconds + 0.5,
    );
    const changes = [...first.events, ...second.events].map(({ kind }) => kind);
    assert.deepEqual(
      changes.filter((kind) => kind === "won" || kind === "lost"),
      ["won", "lost", "won"],
    );
    const failures = [...first.events, ...second.events].filter(({ kind }) => kind === "failure");
    assert.ok(failures.length > 0 && failures.length <= 12, JSON.stringify(failures));
    assert.match(failures[0]!.detail, new RegExp(`^(renew|campaign) of Lease default/${name}: `));
  });

  it("tells once that it may not, and never rejects", async () => {
    const file = await cluster.kubeconfigFor({ user: "nobody" });
    const events: LeaseEvent[] = [];
    const onChange = (event: LeaseEvent) => events.push(event);
    const kubeConfig = loadKubeConfig(file);
    const elector = new LeaseElector({ kubeConfig, clock: systemClock, namespace, name, identity: "n", onChange });
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
    const kubeConfig = loadKubeConfig(kubeconfigFile);
    const elector = new LeaseElector({ kubeConfig, clock: systemClock, namespace, name, identity: "n", onChange });
    const running = elector.run(() => Promise.reject(new Error("cannot lead")), campaign.signal);
    await until("it gave up", () => events.some(({ kind }) => kind === "gaveUp"));
    campaign.abort();
    await running;
    assert.deepEqual(events.slice(0, 3), [
      { kind: "won", detail: "n" },
      { kind: "failure", detail: `lead of Lease default/${name}: cannot lead` },
      { kind: "gaveUp", detail: "n" },
    ]);
  });
});
