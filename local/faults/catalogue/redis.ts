import type { Fault } from "../fault.ts";
import { redisMissing, redisView } from "../redisNodes.ts";
import { notReplaced } from "../restarts.ts";

const recovered = "6 of 6 members Ready, cluster_state ok on each, every master with a replica";

export const redisFaults: readonly Fault[] = [
  {
    name: "Redis master deleted",
    recovered,
    async breaks({ pods }) {
      const before = await pods.states("redis");
      const { nodes } = await redisView(pods, before[0]?.name ?? "");
      const master = nodes.find((node) => node.master && node.slots > 0)?.pod;
      if (master === undefined) throw new Error("Redis has no master with slots");
      await pods.delete(master);
      const gone = before.filter(({ name }) => name === master);
      return {
        what: `${master}, master of a third of the slots`,
        touched: [master],
        missing: async () => notReplaced(gone, await pods.states("redis"))[0] ?? redisMissing(pods),
      };
    },
  },
  {
    name: "All six Redis pods deleted at once",
    recovered,
    async breaks({ pods }) {
      const before = await pods.states("redis");
      await Promise.all(before.map(({ name }) => pods.delete(name)));
      return {
        what: "all six at the same moment",
        touched: before.map(({ name }) => name),
        missing: async () => notReplaced(before, await pods.states("redis"))[0] ?? redisMissing(pods),
      };
    },
  },
];
