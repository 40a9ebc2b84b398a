import assert from "node:assert/strict";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import { cannotRunClusters } from "../../../../local/cluster/cannotRunClusters.ts";
import { startCluster, type Cluster } from "../../../../local/cluster/cluster.ts";
import { hostState, leftBehind, type HostState } from "../../../../local/cluster/hostState.ts";
import { logIn } from "../../../../local/cluster/launch.ts";
import { readState } from "../../../../local/cluster/state.ts";
import { runCommand } from "../../../../local/command.ts";
import { buildImages } from "../../../../local/images/images.ts";
import { apply, loadKubeConfig } from "../../../../local/kubernetes/apply.ts";
import { binary } from "../../../../local/kubernetes/binaries.ts";
import { installNodePackages } from "../../../../local/node/packages.ts";
import { waitUntil } from "../../../../local/process.ts";
import { isRunning } from "../../../../local/processIdentity.ts";
import { workload } from "../support/workload.ts";

// The first run on a machine builds a dozen programs and all images.
describe("a cluster of one real node", function () {
  this.timeout(3_600_000);
  let untouched: HostState;
  let cluster: Cluster;
  let kubectl: (...args: string[]) => Promise<string>;
  let number: number;

  before(async function () {
    const reason = cannotRunClusters();
    if (reason !== undefined) {
      process.stderr.write(`skipped, no cluster can run here: ${reason}\n`);
      this.skip();
    }
    const images = await buildImages();
    // What packages bring is not left behind by the cluster.
    await installNodePackages();
    untouched = await hostState();
    const begun = performance.now();
    cluster = await startCluster({ images });
    process.stderr.write(`cluster up after ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
    number = readState(cluster.folder)?.number ?? -1;
    const program = await binary("kubectl");
    kubectl = (...args) => runCommand(program, ["--kubeconfig", cluster.kubeconfigFile, ...args]);
    const redis = images.find(({ reference }) => /\/redis:/.test(reference))?.reference;
    assert.ok(redis !== undefined);
    await apply(cluster, workload(redis));
    await kubectl("wait", "--for=condition=Ready", "pod", "--all", "--timeout=120s");
  });

  after(async () => {
    await (cluster as Cluster | undefined)?.stop();
  });

  const ask = (host: string): Promise<string> =>
    kubectl("exec", "client", "--", "timeout", "2", "redis-cli", "-h", host, "ping");
  const answers = (host: string): Promise<boolean> =>
    ask(host).then(
      (text) => text.trim() === "PONG",
      () => false,
    );

  it("has pods that find each other by name and by address", async () => {
    // The Service follows its pod's readiness a moment later.
    await waitUntil(() => answers("server"), { what: "the Service to lead to its pod" });
    const core = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(CoreV1Api);
    const { status } = await core.readNamespacedPod({ namespace: "default", name: "server" });
    assert.ok(await answers(status?.podIP ?? ""));
    assert.ok(await answers("server.default.svc.cluster.local"));
  });

  it("shows logs, runs commands and measures pods", async () => {
    assert.match(await kubectl("logs", "server"), /Ready to accept connections/);
    assert.equal((await kubectl("exec", "client", "--", "id", "-u")).trim(), "1000");
    await waitUntil(async () => /server +\d+m +\d+Mi/.test(await kubectl("top", "pods")), {
      ...{ what: "the metrics of the pods", timeoutSeconds: 90, intervalMs: 1000 },
    });
  });

  it("binds a claim to a volume that belongs to the pod's group", async () => {
    assert.match(await kubectl("get", "pvc", "data", "-o", "jsonpath={.status.phase}"), /^Bound$/);
    assert.equal(
      (await kubectl("exec", "client", "--", "sh", "-c", "echo kept > /data/x; stat -c %g /data/x")).trim(),
      "2000",
    );
  });

  it("is reached from this machine at addresses of Services and pods", async () => {
    const core = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(CoreV1Api);
    const { spec } = await core.readNamespacedService({ namespace: "default", name: "server" });
    const socket = createConnection({ host: spec?.clusterIP ?? "", port: 6379 });
    socket.write("PING\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    assert.equal(answer.toString(), "+PONG\r\n");
  });

  it("enforces network policies: what they deny and what they allow", async () => {
    const policy = (ingress: object[]): string =>
      JSON.stringify({
        ...{
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: { name: "server", namespace: "default" },
        },
        spec: { podSelector: { matchLabels: { app: "server" } }, policyTypes: ["Ingress"], ingress },
      });
    await apply(cluster, policy([]));
    await waitUntil(async () => !(await answers("server")), { what: "the policy to deny" });
    await apply(cluster, policy([{ from: [{ podSelector: { matchLabels: { app: "client" } } }] }]));
    await waitUntil(() => answers("server"), { what: "the policy to allow" });
    await kubectl("label", "pod", "client", "app=stranger", "--overwrite");
    await waitUntil(async () => !(await answers("server")), { what: "the policy to deny a stranger" });
  });

  it("replaces a pod that is deleted, through a Deployment", async () => {
    const apps = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(AppsV1Api);
    await kubectl("-n", "kube-system", "delete", "pod", "-l", "k8s-app=kube-dns", "--wait=false");
    await kubectl("-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=60s");
    const { status } = await apps.readNamespacedDeployment({ namespace: "kube-system", name: "coredns" });
    assert.equal(status?.availableReplicas, 1);
  });

  it("ends as a whole when one of its programs ends", async () => {
    const { supervisor, cgroup } = readState(cluster.folder) ?? assert.fail("the cluster has no state");
    const pids = readFileSync(globSync(`/sys/fs/cgroup/{pids/,}${cgroup}/system/cgroup.procs`)[0] ?? "", "utf8");
    const nameOf = (pid: string): string => readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    const scheduler = pids.split("\n").find((pid) => pid !== "" && nameOf(pid) === "kube-scheduler");
    process.kill(Number(scheduler), "SIGKILL");
    await waitUntil(() => !isRunning(supervisor), { what: "the cluster to end", timeoutSeconds: 10 });
    assert.match(readFileSync(logIn(cluster.folder), "utf8"), /kube-scheduler ended/);
  });

  it("leaves nothing behind, even when it was not ended by us", async () => {
    await cluster.stop();
    assert.deepEqual(leftBehind(untouched, await hostState(), number), []);
  });
});
