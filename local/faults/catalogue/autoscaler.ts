import { leadershipOf } from "../decisions.ts";
import type { Fault, Scene } from "../fault.ts";
import { countMissing } from "../workloads.ts";

const workload = "autoscaler";

/** The pods' own words; one that does not answer leads nobody. */
async function leaders({ pods }: Pick<Scene, "pods">): Promise<readonly string[]> {
  const states = await pods.states(workload);
  const told = await Promise.all(states.map(({ name }) => leadershipOf(pods, name).catch(() => undefined)));
  return told.flatMap((one) => (one?.leader === true ? [one.pod] : []));
}

async function leaderMissing(scene: Scene, old: string, since: number): Promise<string | undefined> {
  const [leader] = (await leaders(scene)).filter((name) => name !== old);
  if (leader === undefined) return "nobody leads";
  const { decidedAt } = await leadershipOf(scene.pods, leader);
  return decidedAt.every((at) => at !== null && at > since) ? undefined : `${leader} has not decided yet`;
}

export const autoscalerFaults: readonly Fault[] = [
  {
    name: "Leader of the autoscaler deleted",
    recovered: "another pod leads and has decided on every target, 2 of 2 pods Ready",
    async breaks(scene) {
      const { pods } = scene;
      const [leader] = await leaders(scene);
      const gone = (await pods.states(workload)).filter(({ name }) => name === leader);
      if (leader === undefined) throw new Error("no pod of the autoscaler leads");
      const since = Date.now() / 1000;
      await pods.delete(leader);
      return {
        what: leader,
        touched: [leader],
        missing: async () => (await leaderMissing(scene, leader, since)) ?? countMissing(scene, workload, gone),
      };
    },
  },
];
