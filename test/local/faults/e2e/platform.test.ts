import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { cannotRunClusters } from "../../../../local/cluster/cannotRunClusters.ts";
import { startCluster, type Cluster } from "../../../../local/cluster/cluster.ts";
import { hostState, leftBehind, type HostState } from "../../../../local/cluster/hostState.ts";
import { readState } from "../../../../local/cluster/state.ts";
import { Client } from "../../../../local/demo/client.ts";
import { connectApiServer } from "../../../../local/demo/pods/apiServer.ts";
import { gatewayAddress } from "../../../../local/demo/pods/gateway.ts";
import { everyPeriod } from "../../../../local/demo/timeline.ts";
import { readHpa } from "../../../../local/demo/pods/horizontalAutoscaler.ts";
import { buildImages } from "../../../../local/images/images.ts";
import { faults as catalogue } from "../../../../local/faults/catalogue.ts";
import { checks as allChecks } from "../../../../local/faults/checks/checks.ts";
import { runCheck } from "../../../../local/faults/checks/check.ts";
import type { Scene } from "../../../../local/faults/fault.ts";
import { openScene, runFaults } from "../../../../local/faults/run.ts";
import { failuresOf, faultRows, terminalTable } from "../../../../local/faults/table.ts";
import { installNodePackages } from "../../../../local/node/packages.ts";
import { applyStack } from "../../../../local/stack/applyStack.ts";
import { renderStack } from "../../../../local/stack/renderStack.ts";
import { until } from "../../../support/until.ts";
import { checkPodsDemo } from "../../e2e/support/podsDemo.ts";

/** Requests per second that the local stack means a gateway to have. */
const perGateway = 8;
/** Cheap for two cores, and enough for a third gateway, also where a slow machine makes fewer of them. */
const readsPerSecond = 30;

/** What takes seconds to recover from; the others are tried by `npm run -s faults`. */
const faults = catalogue.filter(({ name }) => /^(Redis master|Leader of the autoscaler|Worker deleted)/.test(name));
const checks = allChecks.filter(({ name }) => !/not evicted/.test(name));

// The first run on a machine builds a dozen programs and all images.
describe("the platform on the pods of one real node", function () {
  this.timeout(3_600_000);
  let untouched: HostState;
  let cluster: Cluster;
  let scene: Scene;
  let number: number;

  before(async function () {
    const reason = cannotRunClusters();
    if (reason !== undefined) {
      process.stderr.write(`skipped, the platform cannot run on pods here: ${reason}\n`);
      this.skip();
    }
    const images = await buildImages();
    // What packages bring is not left behind by the cluster.
    await installNodePackages();
    untouched = await hostState();
    cluster = await startCluster({ images });
    number = readState(cluster.folder)?.number ?? -1;
    const objects = await renderStack({ secretsFile: `${cluster.folder}/secrets.json` });
    await applyStack(cluster, objects);
    scene = openScene(cluster.kubeconfigFile);
  });

  after(async () => {
    await (cluster as Cluster | undefined)?.stop();
  });

  const platform = () => ({ kubeconfigFile: cluster.kubeconfigFile, isRouted: true });

  // The first: it begins with both tiers at their minimum, and leaves them there.
  it("runs the demo, which loses nothing, fails nothing and tells of both tiers", async () => {
    await checkPodsDemo(platform());
  });

  it("serves requests_per_second of every gateway, by which the HPA raises them", async () => {
    const api = await connectApiServer(cluster.kubeconfigFile);
    const { headers, ...address } = await gatewayAddress(api, platform());
    const caller = new Client({ ...address, headers: { ...headers, "x-user-id": randomUUID() }, timeoutSeconds: 15 });
    const stop = everyPeriod(1000, async () => {
      await Promise.all(Array.from({ length: readsPerSecond }, () => caller.call("GET", "/v1/workflows")));
    });
    try {
      await until(
        "the average of the gateways is above the target",
        async () => {
          const values = await requestsPerSecond(scene);
          return values.length >= 2 && sum(values) / values.length > 1.1 * perGateway;
        },
        120,
      );
      const crossedAt = Date.now();
      await until("the HPA raises the gateway", async () => ((await readHpa(api))?.desiredReplicas ?? 0) > 2, 120);
      const seconds = (Date.now() - crossedAt) / 1000;
      process.stderr.write(`the HPA raised the gateway ${seconds.toFixed(1)} s after the crossing\n`);
      const hpa = await readHpa(api);
      assert.equal(hpa?.target, perGateway);
      assert.ok((hpa.current ?? 0) > 0, "the HPA shows the metric");
    } finally {
      await stop();
      for (const one of [caller, api]) one.close();
    }
  });

  it("has in force what the program declares", async () => {
    const results = [];
    for (const check of checks) results.push(await runCheck(scene, check));
    assert.deepEqual(failuresOf([], results), []);
  });

  it("keeps every accepted execution through faults under load", async () => {
    const report = await runFaults(platform(), { load: { perSecond: 5, workSeconds: 1 }, faults, checks: [] });
    process.stderr.write(`${terminalTable(faultRows(report.faults))}\n`);
    assert.equal(report.faults.length, 3);
    assert.deepEqual(failuresOf(report.faults, []), []);
  });

  it("leaves nothing behind", async () => {
    await cluster.stop();
    assert.deepEqual(leftBehind(untouched, await hostState(), number), []);
  });
});

/** What the API tells of each gateway that is Ready. */
async function requestsPerSecond({ api }: Scene): Promise<readonly number[]> {
  const path = "/apis/custom.metrics.k8s.io/v1beta2/namespaces/jobsprint/pods/*/requests_per_second";
  const { items } = JSON.parse(await api.get(path)) as { items: { value: string }[] };
  return items.map(({ value }) => (value.endsWith("m") ? Number(value.slice(0, -1)) / 1000 : Number(value)));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
