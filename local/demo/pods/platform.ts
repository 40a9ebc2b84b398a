import { ensureCluster } from "../../cluster/cluster.ts";
import { say } from "../../progress.ts";
import { chosenCluster } from "../../stack/chosenCluster.ts";
import { stackCommand } from "../../stack/command.ts";

/** A cluster with the local stack on it. */
export interface Platform {
  readonly kubeconfigFile: string;
  /** Whether it is the one of `make cluster`: this machine has a route to its Services. */
  readonly isRouted: boolean;
}

/** Brings the cluster and the stack up, or finds them running: KUBECONFIG's, else the one of `make cluster`. */
export async function preparePlatform(): Promise<Platform> {
  const platform = await runningCluster();
  say("bringing the stack up");
  // The command that a user runs: it chooses the same cluster.
  if ((await stackCommand(["up"])) !== 0) throw new Error("the demo needs the whole stack, which is not up");
  return platform;
}

async function runningCluster(): Promise<Platform> {
  const { kubeconfigFile, isOwn } = chosenCluster();
  if (!isOwn) return { kubeconfigFile, isRouted: false };
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new Error(
      "the demo needs root on Linux for a cluster of its own, or KUBECONFIG=FILE for one that is there; " +
        "npm run -s demo -- --fake-pods runs as root without containers",
    );
  say("starting the cluster, unless it runs");
  return { kubeconfigFile: (await ensureCluster()).kubeconfigFile, isRouted: true };
}

/** What a user may want to do next: the cluster goes on. */
export function afterwards({ kubeconfigFile, isRouted }: Platform): string {
  const look = `look at it:   export KUBECONFIG=${kubeconfigFile}\n`;
  return `\nThe cluster and the stack go on.\n  ${look}${isRouted ? "  end it:       make cluster-down\n" : ""}`;
}
