/** A process of its own that takes part in an election, so that a test can stop and kill it. One JSON line per sample. */
import { CoreV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { LeaseElector } from "../../../autoscaler/src/adapters/kubernetes/leadership/leaseElector.ts";
import { systemClock } from "../../../autoscaler/src/adapters/system/systemClock.ts";

const [kubeconfigFile, name = "", identity = ""] = process.argv.slice(2);
const namespace = "default";
const sampleMilliseconds = 50;

const kubeConfig = loadKubeConfig(kubeconfigFile);
const elector = new LeaseElector({ kubeConfig, clock: systemClock, namespace, name, identity });
const core = kubeConfig.makeApiClient(CoreV1Api);
const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
const tell = (line: object) => process.stdout.write(`${JSON.stringify({ at: Date.now(), ...line })}\n`);

let termAborted = false;
setInterval(() => {
  tell({ leads: elector.isLeader(), termAborted });
  // Asked right before the write, as every writer of the autoscaler does.
  if (!elector.isLeader()) return;
  void core
    .patchNamespacedConfigMap({ namespace, name, body: { data: { writer: identity } } }, mergePatch)
    .catch(() => undefined);
}, sampleMilliseconds).unref();

const campaign = new AbortController();
process.once("SIGTERM", () => {
  campaign.abort();
});
await elector.run(async (term) => {
  termAborted = false;
  await new Promise((resolve) => {
    term.addEventListener("abort", resolve, { once: true });
  });
  termAborted = true;
}, campaign.signal);
