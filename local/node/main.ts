import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { say } from "../progress.ts";
import { readNodeSettings } from "./nodeSettings.ts";
import { startNode } from "./startNode.ts";

/** The program that runs inside the namespaces: starts the cluster and stays until it is killed. */
const folder = process.argv[2] ?? "";
const settings = readNodeSettings(folder);
try {
  const { controlPlane, processes } = await startNode(settings);
  // Renamed, so that whoever waits for it never reads half a file.
  copyFileSync(controlPlane.kubeconfigFile, join(folder, "kubeconfig.partial"));
  renameSync(join(folder, "kubeconfig.partial"), join(folder, "kubeconfig"));
  say("the cluster is ready");
  // A cluster that lost one of its programs would only fail its users in ways they cannot explain.
  const ended = await Promise.race(processes.map((one) => one.exited.then(() => one.name)));
  throw new Error(`${ended} ended`);
} catch (error) {
  say(`the cluster failed: ${error instanceof Error ? error.message : String(error)}`);
  // Its end is the end of everything inside.
  process.exit(1);
}
