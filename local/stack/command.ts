import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadedImages } from "../cluster/loadImages.ts";
import { sharedFolder } from "../cluster/state.ts";
import { cacheFolder } from "../paths.ts";
import { applyStack } from "./applyStack.ts";
import { chosenCluster, type ChosenCluster } from "./chosenCluster.ts";
import { createClient } from "./client.ts";
import { withImageDigests } from "./imageDigests.ts";
import { createProgressView } from "./progressView.ts";
import { removeStack } from "./removeStack.ts";
import { renderStack } from "./renderStack.ts";
import { stackStatus } from "./stackStatus.ts";
import { statusText } from "./statusText.ts";

export const usage =
  "stack up [--size S] [--timeout SECONDS] [--force] | stack down [--keep-volumes] | stack status   (cluster: KUBECONFIG, else that of make cluster)";

/** As the local stack names it. */
const namespace = "jobsprint";

const flags = {
  size: { type: "string" },
  timeout: { type: "string" },
  force: { type: "boolean" },
  "keep-volumes": { type: "boolean" },
} as const;

/** Runs `stack up`, `down` or `status` and returns the exit code; what is wrong is told on standard error. */
export async function stackCommand(args: readonly string[]): Promise<number> {
  try {
    await run(args);
    return 0;
  } catch (error) {
    process.stderr.write(`[stack] ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true });
  const [verb] = positionals;
  const cluster = chosenCluster();
  if (!existsSync(cluster.kubeconfigFile))
    throw new Error(`there is no ${cluster.kubeconfigFile}: start a cluster with make cluster, or set KUBECONFIG`);
  if (verb === "up") await up(cluster, values);
  else if (verb === "down") await down(cluster, values["keep-volumes"] ?? false);
  else if (verb === "status") await status(cluster);
  else throw new Error(`usage: ${usage}, found "${verb ?? ""}"`);
}

interface UpOptions {
  size?: string | undefined;
  timeout?: string | undefined;
  force?: boolean | undefined;
}

async function up(cluster: ChosenCluster, { size, timeout, force = false }: UpOptions): Promise<void> {
  const timeoutSeconds = timeout === undefined ? undefined : Number(timeout);
  if (timeoutSeconds !== undefined && !(timeoutSeconds > 0)) {
    throw new Error(`--timeout must be a number of seconds over 0, not "${timeout ?? ""}"`);
  }
  const begun = Date.now();
  const view = createProgressView(process.stderr);
  view.show({ text: `on ${cluster.text}` });
  const secretsFile = await secretsFileOf(cluster);
  const rendered = await renderStack({ secretsFile, ...(size === undefined ? {} : { size }) });
  // Into any other cluster somebody else loads the images.
  const digests = cluster.isOwn ? loadedImages(sharedFolder) : new Map<string, string>();
  const objects = rendered.map((object) => withImageDigests(object, digests));
  try {
    const { created, changed, pruned } = await applyStack(cluster, objects, {
      ...{ timeoutSeconds, force },
      onProgress: view.show,
    });
    const counts = `${created.length} created, ${changed.length} changed, ${pruned.length} deleted`;
    const seconds = Math.round((Date.now() - begun) / 1000);
    view.show({ text: `${objects.length} objects are ready after ${seconds} s: ${counts}` });
  } finally {
    view.end();
  }
}

async function down(cluster: ChosenCluster, keepVolumes: boolean): Promise<void> {
  const view = createProgressView(process.stderr);
  view.show({ text: `on ${cluster.text}` });
  const removed = await removeStack(cluster, namespace, { keepVolumes, onProgress: view.show });
  view.end();
  process.stderr.write(`[stack] ${removed.length} objects deleted\n`);
}

async function status(cluster: ChosenCluster): Promise<void> {
  const found = await stackStatus(cluster, namespace);
  process.stdout.write(`${found === undefined ? `no stack in namespace ${namespace}` : statusText(found)}\n`);
}

/** One file for each cluster, by whatever name it is reached: its volumes remember the passwords they were made with. */
async function secretsFileOf(cluster: ChosenCluster): Promise<string> {
  if (cluster.isOwn) return join(sharedFolder, "secrets.json");
  const first = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } };
  const uid = (await createClient(cluster).read(first))?.metadata.uid;
  if (uid === undefined)
    throw new Error(`${cluster.text} has no namespace kube-system, whose uid tells clusters apart`);
  const folder = join(cacheFolder, "stack", uid);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, "secrets.json");
}
