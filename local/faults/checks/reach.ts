import { setTimeout as delay } from "node:timers/promises";
import { namespace as platform } from "../pods.ts";
import type { Scene } from "../fault.ts";
import { probePod } from "./probePod.ts";

/** "address:port" of what is tried. */
export type Target = string;

/** Tries all at once and prints those that took the connection. */
const script = `
const { connect } = require("node:net");
const tried = process.argv.slice(1).map((target) => new Promise((resolve) => {
  const [host, port] = target.split(":");
  const socket = connect({ host, port: Number(port) });
  const end = (reached) => { socket.destroy(); resolve(reached ? [target] : []); };
  socket.once("connect", () => end(true)).once("error", () => end(false)).setTimeout(3000, () => end(false));
}));
Promise.all(tried).then((all) => console.log(JSON.stringify(all.flat())));
`;

const timeoutSeconds = 60;

/** Those of the targets that a pod of a name that nothing allows can reach from a namespace; the pod is gone when it returns. */
export async function reachable(
  { pods, apps }: Scene,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  targets: readonly Target[],
): Promise<readonly Target[]> {
  const { core } = pods;
  // The one image with Node that every cluster with the platform has.
  const gateway = await apps.readNamespacedDeployment({ name: "api-gateway", namespace: platform });
  const image = gateway.spec?.template.spec?.containers[0]?.image ?? "";
  const body = probePod({ name, image, command: ["node", "-e", script, ...targets] });
  await core.createNamespacedPod({ namespace, body });
  try {
    const deadline = Date.now() + timeoutSeconds * 1000;
    while (Date.now() < deadline) {
      const { status } = await core.readNamespacedPod({ name, namespace });
      if (status?.phase === "Failed") throw new Error(`the pod ${name} failed: ${await logOf(core, name, namespace)}`);
      if (status?.phase === "Succeeded") return JSON.parse(await logOf(core, name, namespace)) as Target[];
      await delay(500);
    }
    throw new Error(`the pod ${name} in ${namespace} has not ended within ${timeoutSeconds} s`);
  } finally {
    await core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
  }
}

const logOf = (core: Scene["pods"]["core"], name: string, namespace: string): Promise<string> =>
  core.readNamespacedPodLog({ name, namespace });
