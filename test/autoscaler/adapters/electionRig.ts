import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CoordinationV1Api, CoreV1Api } from "@kubernetes/client-node";
import type { V1Lease } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { LeaseElector } from "../../../autoscaler/src/adapters/kubernetes/leadership/leaseElector.ts";
import type { LeaseEvent } from "../../../autoscaler/src/adapters/kubernetes/leadership/leaseElector.ts";
import { systemClock } from "../../../autoscaler/src/adapters/system/systemClock.ts";
import { apply } from "../../../local/kubernetes/apply.ts";
import { startControlPlane } from "../../../local/kubernetes/controlPlane.ts";
import type { ControlPlane } from "../../../local/kubernetes/controlPlane.ts";
import { until } from "../../support/until.ts";
import { LeadershipLedger } from "./leadershipLedger.ts";

export const namespace = "default";

const leaseNames = Array.from({ length: 20 }, (_, index) => `election-${1 + index}`);

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
  - { apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create] }
  - { apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [${leaseNames.join(", ")}], verbs: [get, update] }
  - { apiGroups: [""], resources: [configmaps], verbs: [patch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: candidate, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: candidate }
subjects: [{ kind: ServiceAccount, name: candidate, namespace: ${namespace} }]
`;

export interface Candidate {
  readonly identity: string;
  readonly elector: LeaseElector;
  readonly events: LeaseEvent[];
  /** How many leads ran at once, at most. */
  mostAtOnce: number;
  offsetSeconds: number;
  stop(): Promise<void>;
}

export interface Child {
  readonly identity: string;
  readonly process: ChildProcess;
  readonly samples: { at: number; leads: boolean; termAborted: boolean }[];
}

/** Candidates for one lease on a real control plane, as one service account that may do what an election needs. */
export class ElectionRig {
  readonly cluster: ControlPlane;
  readonly leases: CoordinationV1Api;
  readonly core: CoreV1Api;
  readonly kubeconfigFile: string;
  name = "";
  ledger = new LeadershipLedger();
  electors: Candidate[] = [];
  children: Child[] = [];
  #count = 0;
  #sampler: NodeJS.Timeout | undefined;

  constructor(cluster: ControlPlane, kubeconfigFile: string) {
    this.cluster = cluster;
    const admin = loadKubeConfig(cluster.kubeconfigFile);
    this.leases = admin.makeApiClient(CoordinationV1Api);
    this.core = admin.makeApiClient(CoreV1Api);
    this.kubeconfigFile = kubeconfigFile;
  }

  static async launch(): Promise<ElectionRig> {
    const cluster = await startControlPlane();
    await apply(cluster, leastPrivilege);
    return new ElectionRig(cluster, await cluster.kubeconfigFor({ serviceAccount: "candidate", namespace }));
  }

  /** The next test's own lease. */
  next(): void {
    this.name = `election-${++this.#count}`;
    this.ledger = new LeadershipLedger();
    this.electors = [];
    this.children = [];
    this.#sampler = setInterval(() => {
      for (const { identity, elector } of this.electors) this.ledger.note(identity, elector.isLeader(), Date.now());
    }, 10);
  }

  /** Holds what no test may break. */
  async finish(): Promise<void> {
    await Promise.all(this.electors.map((one) => one.stop()));
    for (const child of this.children) child.process.kill("SIGKILL");
    clearInterval(this.#sampler);
    assert.deepEqual(this.ledger.overlaps, [], "two led at once");
    for (const { identity, mostAtOnce } of this.electors) assert.ok(mostAtOnce <= 1, `${identity} led twice at once`);
  }

  start(identity: string): Candidate {
    const campaign = new AbortController();
    const events: LeaseEvent[] = [];
    const clock = { ...systemClock, now: () => systemClock.now() + candidate.offsetSeconds };
    const kubeConfig = loadKubeConfig(this.kubeconfigFile);
    const onChange = (event: LeaseEvent) => events.push(event);
    const elector = new LeaseElector({ kubeConfig, clock, namespace, name: this.name, identity, onChange });
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
    this.electors.push(candidate);
    return candidate;
  }

  async startChild(identity: string): Promise<Child> {
    const script = join(import.meta.dirname, "leaseCandidate.ts");
    const child = spawn(process.execPath, [script, this.kubeconfigFile, this.name, identity], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const started: Child = { identity, process: child, samples: [] };
    createInterface({ input: child.stdout }).on("line", (line) => {
      const sample = JSON.parse(line) as Child["samples"][number];
      started.samples.push(sample);
      this.ledger.note(identity, sample.leads, sample.at);
    });
    this.children.push(started);
    await until(`${identity} runs`, () => started.samples.length > 0, 30);
    return started;
  }

  leader(): Candidate | undefined {
    return this.electors.find(({ elector }) => elector.isLeader());
  }

  read(): Promise<V1Lease> {
    return this.leases.readNamespacedLease({ namespace, name: this.name });
  }
}

export const leads = (candidate: Candidate) => () => candidate.elector.isLeader();
export const childLeads = (child: Child) => () => child.samples.at(-1)?.leads === true;

/** Waits, tells and returns the seconds until the condition holds. */
export async function measure(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limit: number,
): Promise<number> {
  const begin = performance.now();
  await until(what, condition, limit);
  const seconds = (performance.now() - begin) / 1000;
  console.log(`      ${what} after ${seconds.toFixed(1)} s`);
  return seconds;
}
