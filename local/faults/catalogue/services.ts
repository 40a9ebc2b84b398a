import type { Fault, Scene } from "../fault.ts";
import { killContainer, whyNoProcesses } from "../hostProcesses.ts";
import { countMissing, restart, rolloutMissing } from "../workloads.ts";

/** A worker, and how many executions it has begun and not ended. */
async function busiestWorker({ pods }: Scene): Promise<{ readonly name: string; readonly inFlight: number }> {
  const states = (await pods.states("workflow-worker")).filter(({ ready }) => ready);
  const all = await Promise.all(
    states.map(async ({ name }) => {
      const page = await pods.get(name, 9464, "/metrics");
      return { name, inFlight: Number(/^workflow_executions_in_flight (\d+)$/m.exec(page)?.[1] ?? 0) };
    }),
  );
  const [busiest] = all.sort((one, other) => other.inFlight - one.inFlight);
  if (busiest === undefined) throw new Error("no worker is Ready");
  return busiest;
}

/** A worker's pod goes with what it has in flight; `graceSeconds` as its own unless given. */
async function deleteWorker(scene: Scene, graceSeconds?: number): ReturnType<Fault["breaks"]> {
  const { name, inFlight } = await busiestWorker(scene);
  const gone = (await scene.pods.states("workflow-worker")).filter((pod) => pod.name === name);
  await scene.pods.delete(name, graceSeconds);
  return {
    what: `${name} with ${inFlight} executions in flight`,
    touched: [name],
    missing: () => countMissing(scene, "workflow-worker", gone),
  };
}

export const serviceFaults: readonly Fault[] = [
  {
    name: "Worker deleted with executions in flight",
    recovered: "the pod gone, as many workers Ready as wanted",
    breaks: (scene) => deleteWorker(scene),
  },
  {
    name: "Worker cut off after one second",
    recovered: "the pod gone, as many workers Ready as wanted",
    breaks: (scene) => deleteWorker(scene, 1),
  },
  {
    name: "Gateway rolled out anew",
    recovered: "all pods of the new revision available, none of the old one left",
    async breaks(scene) {
      const before = await scene.pods.states("api-gateway");
      await restart(scene, "api-gateway");
      return {
        what: `rollout restart of ${before.length} pods`,
        touched: before.map(({ name }) => name),
        missing: () => rolloutMissing(scene, "api-gateway"),
      };
    },
  },
  {
    name: "Process of a gateway killed",
    recovered: "its container started again, as many gateways Ready as wanted",
    impossible: whyNoProcesses,
    async breaks(scene) {
      const [pod] = (await scene.pods.states("api-gateway")).filter(({ ready }) => ready);
      if (pod === undefined) throw new Error("no gateway is Ready");
      killContainer(await scene.pods.containerId({ pod: pod.name }));
      return {
        what: `kill -9 in ${pod.name}`,
        touched: [pod.name],
        async missing() {
          const now = (await scene.pods.states("api-gateway")).find(({ name }) => name === pod.name);
          if (now !== undefined && now.restarts === pod.restarts) return `${pod.name} has not been started again`;
          return countMissing(scene, "api-gateway", []);
        },
      };
    },
  },
];
