import { endShared, ensureCluster } from "./cluster.ts";
import { endDeadClusters } from "./end.ts";
import { isHealthy } from "./health.ts";
import { kubeconfigIn, logIn } from "./launch.ts";
import { readState, sharedFolder } from "./state.ts";

type Print = (line: string) => void;

/** What can be done to the cluster of `make cluster`; each returns the exit code. */
export const clusterCommands: Readonly<Record<string, (print: Print) => Promise<number>>> = {
  async up(print) {
    const begun = Date.now();
    const { kubeconfigFile, nodeAddress } = await ensureCluster();
    print(`the cluster runs at https://${nodeAddress}:6443, seen after ${seconds(begun)}`);
    print(`export KUBECONFIG=${kubeconfigFile}`);
    return 0;
  },
  async down(print) {
    const begun = Date.now();
    const running = readState(sharedFolder) !== undefined;
    await endShared();
    print(running ? `the cluster is gone, with all its data, after ${seconds(begun)}` : "there was no cluster");
    // One that was killed before it had written down what it is.
    for (const line of await endDeadClusters()) print(line);
    return 0;
  },
  async status(print) {
    const state = readState(sharedFolder);
    if (state === undefined) {
      print("there is no cluster: make cluster starts one");
      return 1;
    }
    const healthy = await isHealthy(sharedFolder);
    print(healthy ? `runs, KUBECONFIG=${kubeconfigIn(sharedFolder)}` : `does not answer: see ${logIn(sharedFolder)}`);
    return healthy ? 0 : 1;
  },
};

const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;
