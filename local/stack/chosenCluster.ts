import { existsSync, readFileSync, realpathSync } from "node:fs";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { resolve } from "node:path";
import type { Cluster, KubeConfig } from "@kubernetes/client-node";
import { kubeconfigIn } from "../cluster/launch.ts";
import { sharedFolder } from "../cluster/state.ts";
import { loadKubeConfig } from "../kubernetes/apply.ts";
import type { StackCluster } from "./client.ts";

/** The cluster that is meant. */
export interface ChosenCluster extends StackCluster {
  /** Whether it is the one of `make cluster`, which may not run yet. */
  readonly isOwn: boolean;
  /** For whoever has to know what is about to change. */
  readonly text: string;
}

/**
 * The cluster of KUBECONFIG, else that of `make cluster`. Fails for one on another machine unless JOBSPRINT_CONTEXT names
 * its context: a KUBECONFIG that was exported for other work does not mean this.
 */
export function chosenCluster(
  environment: NodeJS.ProcessEnv = process.env,
  ownFile = kubeconfigIn(sharedFolder),
): ChosenCluster {
  const given = environment["KUBECONFIG"] ?? "";
  if (given === "" || isOwn(given, ownFile))
    return { kubeconfigFile: ownFile, isOwn: true, text: "the cluster of make cluster" };
  if (!existsSync(given)) throw new Error(`there is no ${given}, which KUBECONFIG names`);
  return { kubeconfigFile: given, isOwn: false, text: named(given, environment["JOBSPRINT_CONTEXT"] ?? "") };
}

/** By its path, whether it runs or not, by a link, or by a copy. */
function isOwn(given: string, ownFile: string): boolean {
  if (resolve(given) === ownFile) return true;
  if (!existsSync(given) || !existsSync(ownFile)) return false;
  return realpathSync(given) === realpathSync(ownFile) || isSame(given, ownFile);
}

/** Names the current context and its server, where `wanted` or the place of the server shows that they are meant. */
function named(file: string, wanted: string): string {
  const { context, cluster } = currentOf(loadKubeConfig(file), file);
  const text = `context "${context}" at ${cluster.server}`;
  if (wanted === context || (wanted === "" && isOnThisMachine(cluster))) return text;
  const reason = wanted === "" ? "it is not on this machine" : `JOBSPRINT_CONTEXT names "${wanted}"`;
  throw new Error(`refused, ${text}: ${reason}; set JOBSPRINT_CONTEXT=${context} if this cluster is meant`);
}

function currentOf(config: KubeConfig, file: string): { context: string; cluster: Cluster } {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`${file} has no current context: kubectl config use-context sets one`);
  return { context: config.getCurrentContext(), cluster };
}

/** Whether two kubeconfigs lead to one cluster: addresses are used again, authorities are not. */
function isSame(one: string, other: string): boolean {
  const [mine, theirs] = [one, other].map((file) => loadKubeConfig(file).getCurrentCluster());
  return mine != null && theirs != null && mine.server === theirs.server && authorityOf(mine) === authorityOf(theirs);
}

function authorityOf({ caData, caFile }: Cluster): string | undefined {
  if (caData !== undefined) return caData;
  return caFile !== undefined && existsSync(caFile) ? readFileSync(caFile).toString("base64") : undefined;
}

/** As kind, k3d and minikube give it. A proxy leads anywhere. */
function isOnThisMachine({ server, proxyUrl }: Cluster): boolean {
  if (proxyUrl !== undefined || !URL.canParse(server)) return false;
  // The address of an IPv6 URL is in brackets.
  const host = new URL(server).hostname.replace(/^\[|\]$/g, "");
  if (["localhost", "0.0.0.0", "::1"].includes(host) || (isIPv4(host) && host.startsWith("127."))) return true;
  return Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === host));
}
