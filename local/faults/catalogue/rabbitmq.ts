import type { Fault } from "../fault.ts";
import { queueMembers, rabbitmqMissing } from "../rabbitmqQueues.ts";
import { notReplaced } from "../restarts.ts";

export const rabbitmqFaults: readonly Fault[] = [
  {
    name: "RabbitMQ pod deleted, the leader of the queue",
    recovered: "3 of 3 members Ready, all members of every quorum queue online",
    async breaks({ pods }) {
      const before = await pods.states("rabbitmq");
      const leader = (await queueMembers(pods)).find(({ queue, leads }) => queue === "workflow" && leads)?.pod;
      if (leader === undefined) throw new Error("the queue workflow has no leader");
      await pods.delete(leader);
      const gone = before.filter(({ name }) => name === leader);
      return {
        what: `${leader}, leader of workflow`,
        touched: [leader],
        missing: async () => notReplaced(gone, await pods.states("rabbitmq"))[0] ?? rabbitmqMissing(pods),
      };
    },
  },
];
