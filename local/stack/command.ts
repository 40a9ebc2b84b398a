import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { loadKubeConfig } from "../kubernetes/apply.ts";
import { cacheFolder } from "../paths.ts";
import { applyStack } from "./applyStack.ts";
import type { StackCluster } from "./client.ts";
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

async function up(cluster: StackCluster, { size, timeout, force = false }: UpOptions): Promise<void> {
  const timeoutSeconds = timeout === undefined ? undefined : Number(timeout);
  if (timeoutSeconds !== undefined && !(timeoutSeconds > 0)) {
    throw new Error(`--timeout must be a number of seconds over 0, not "${timeout ?? ""}"`);
  }
  const begun = Date.now();
  const view = createProgressView(process.stderr);
  const secretsFile = secretsFileOf(cluster);
  const objects = await renderStack({ secretsFile, ...(size === undefined ? {} : { size }) });
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

async function down(cluster: StackCluster, keepVolumes: boolean): Promise<void> {
  const view = createProgressView(process.stderr);
  const removed = await removeStack(cluster, namespace, { keepVolumes, onProgress: view.show });
  view.end();
  process.stderr.write(`[stack] ${removed.length} objects deleted\n`);
}

async function status(cluster: StackCluster): Promise<void> {
  const found = await stackStatus(cluster, namespace);
  process.stdout.write(`${found === undefined ? `no stack in namespace ${namespace}` : statusText(found)}\n`);
}

const ownKubeconfig = join(cacheFolder, "cluster", "kubeconfig");

function chosenCluster(): StackCluster {
  const given = process.env["KUBECONFIG"];
  const kubeconfigFile = given === undefined || given === "" ? ownKubeconfig : given;
  if (existsSync(kubeconfigFile)) return { kubeconfigFile };
  throw new Error(`there is no ${kubeconfigFile}: start a cluster with make cluster, or set KUBECONFIG`);
}

/** One file for each cluster: its volumes remember the passwords they were made with. */
function secretsFileOf({ kubeconfigFile }: StackCluster): string {
  if (kubeconfigFile === ownKubeconfig) return join(dirname(ownKubeconfig), "secrets.json");
  const server = loadKubeConfig(kubeconfigFile).getCurrentCluster()?.server ?? "";
  const folder = join(cacheFolder, "stack", createHash("sha256").update(server).digest("hex").slice(0, 16));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, "secrets.json");
}
