import { existsSync } from "node:fs";
import { CoreV1Api, createConfiguration, ServerConfiguration, type Middleware } from "@kubernetes/client-node";
import { loadKubeConfig } from "../kubernetes/apply.ts";
import { waitUntil } from "../process.ts";
import { isRunning } from "../processIdentity.ts";
import { kubeconfigIn } from "./launch.ts";
import { readState } from "./state.ts";

/** A longer answer counts as none. */
const answerMs = 5000;

// The API's own limits bind a server that works; one that hangs has to be left by us.
const bounded: Middleware = {
  pre(context) {
    context.setSignal(AbortSignal.timeout(answerMs));
    return Promise.resolve(context);
  },
  post: (response) => Promise.resolve(response),
};

/** Whether the process of a cluster in this folder runs; what it answers is another question. */
export function isAlive(folder: string): boolean {
  const state = readState(folder);
  return state !== undefined && isRunning(state.supervisor);
}

/** Whether a cluster runs in this folder, answers within seconds, and has a ready node. */
export async function isHealthy(folder: string): Promise<boolean> {
  if (!isAlive(folder) || !existsSync(kubeconfigIn(folder))) return false;
  const config = loadKubeConfig(kubeconfigIn(folder));
  const baseServer = new ServerConfiguration(config.getCurrentCluster()?.server ?? "", {});
  const core = new CoreV1Api(
    createConfiguration({ baseServer, authMethods: { default: config }, promiseMiddleware: [bounded] }),
  );
  try {
    const { items } = await core.listNode();
    return items.some(({ status }) => status?.conditions?.some((one) => one.type === "Ready" && one.status === "True"));
  } catch {
    return false;
  }
}

/**
 * Whether the cluster in this folder can be used: false when its process is dead. One that runs without being healthy is
 * asked again, since it may only be busy; fails when it stays so, because ending it would throw its data away.
 */
export async function isUsable(folder: string, patienceSeconds = 60): Promise<boolean> {
  const settled = async (): Promise<boolean> => !isAlive(folder) || (await isHealthy(folder));
  await waitUntil(settled, { what: "the cluster", timeoutSeconds: patienceSeconds, intervalMs: 500 }).catch(() => {
    throw new Error(
      `the cluster in ${folder} runs, but had no ready node for ${patienceSeconds} s: see its logs, or end it with all ` +
        "its data by make cluster-down",
    );
  });
  return isAlive(folder);
}
