import assert from "node:assert/strict";
import { renderStack } from "../../../infra/render/renderStack.ts";
import { manifestsOf, type Manifest } from "../../../infra/render/manifests.ts";
import { podsOf } from "../support/pods.ts";

/** What the demo shows at its peak; everything else keeps the count of its manifest. */
const peak: Readonly<Record<string, number>> = { "api-gateway": 4, "workflow-worker": 8 };

/** Of two cores; the rest is CoreDNS's, metrics-server's and the provisioner's. */
const cores = 1.9;
const gibibytes = 10;

interface Container {
  readonly name: string;
  readonly resources: Readonly<Record<"requests" | "limits", { readonly cpu: string; readonly memory: string }>>;
}

const millicores = (text: string): number => Number(/^(\d+)m$/.exec(text)?.[1]);
const mebibytes = (text: string): number => Number(/^(\d+)Mi$/.exec(text)?.[1]);

/** Of what keeps running: Jobs end before the load begins. */
const lasting = ["Deployment", "StatefulSet"];

const containersOf = (manifest: Manifest): Container[] =>
  podsOf(manifest).flatMap(({ spec }) => spec["containers"] as Container[]);

const countOf = ({ metadata, spec }: Manifest & { spec?: { replicas?: number } }): number =>
  peak[metadata.name] ?? spec?.replicas ?? 1;

describe("the local stack on a machine of two cores", function () {
  this.timeout(120_000);
  let workloads: readonly Manifest[] = [];

  before(async () => {
    workloads = manifestsOf(await renderStack("local")).filter(({ kind }) => lasting.includes(kind));
  });

  const sum = (of: (container: Container) => number): number =>
    workloads
      .map((workload) => countOf(workload) * containersOf(workload).reduce((all, one) => all + of(one), 0))
      .reduce((all, one) => all + one, 0);

  it("has the clusters, the pooler and both tiers", () => {
    assert.deepEqual(Object.fromEntries(workloads.map((workload) => [workload.metadata.name, countOf(workload)])), {
      ...{ redis: 6, rabbitmq: 3, postgres: 2, pgbouncer: 2, prometheus: 1, autoscaler: 2 },
      ...peak,
    });
  });

  it(`asks at its peak for at most ${cores} cores and ${gibibytes} GiB`, () => {
    const cpu = sum(({ resources }) => millicores(resources.requests.cpu));
    const memory = sum(({ resources }) => mebibytes(resources.requests.memory));
    assert.ok(cpu > 0 && cpu <= cores * 1000, `${cpu}m`);
    assert.ok(memory > 0 && memory <= gibibytes * 1024, `${memory}Mi`);
  });

  it("lets every container take a core while it starts, and no more memory than it asks for", () => {
    for (const { name, resources } of workloads.flatMap(containersOf)) {
      assert.ok(millicores(resources.limits.cpu) >= 1000, name);
      assert.equal(resources.limits.memory, resources.requests.memory, name);
    }
  });

  const marks = [
    // 8 requests a second of 5 ms each and 30 ms of its own against the HPA's 70 percent; 121 MB as it starts, which must let it go down too.
    { name: "api-gateway", cpu: { most: 70, percent: 70 }, memory: { idle: 121, percent: 80 } },
    // 2 executions a second against the autoscaler's 80 percent; 90 MB while idle against the 40 that it goes down at.
    { name: "workflow-worker", cpu: { most: 45, percent: 80 }, memory: { idle: 90, percent: 40 } },
  ];
  for (const { name, cpu, memory } of marks) {
    it(`has ${name} below its marks on cpu and memory at the load of the demo`, () => {
      const [container] = workloads.filter(({ metadata }) => metadata.name === name).flatMap(containersOf);
      assert.ok(container);
      const { requests } = container.resources;
      assert.ok(cpu.most / millicores(requests.cpu) < cpu.percent / 100, requests.cpu);
      assert.ok((memory.idle * 1e6) / (mebibytes(requests.memory) * 2 ** 20) < memory.percent / 100, requests.memory);
    });
  }
});
