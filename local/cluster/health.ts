import { existsSync } from "node:fs";
import { CoreV1Api } from "@kubernetes/client-node";
import { loadKubeConfig } from "../kubernetes/apply.ts";
import { isRunning } from "../processIdentity.ts";
import { kubeconfigIn } from "./launch.ts";
import { readState } from "./state.ts";

/** Whether a cluster runs in this folder, answers, and has a ready node. */
export async function isHealthy(folder: string): Promise<boolean> {
  const state = readState(folder);
  if (state === undefined || !isRunning(state.supervisor) || !existsSync(kubeconfigIn(folder))) return false;
  const core = loadKubeConfig(kubeconfigIn(folder)).makeApiClient(CoreV1Api);
  try {
    const { items } = await core.listNode({ timeoutSeconds: 5 });
    return items.some(({ status }) => status?.conditions?.some((one) => one.type === "Ready" && one.status === "True"));
  } catch {
    return false;
  }
}
