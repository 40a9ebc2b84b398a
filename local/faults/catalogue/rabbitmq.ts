import type { Fault } from "../fault.ts";
import { listQueues, rabbitmqMissing } from "../rabbitmqQueues.ts";
import { notReplaced } from "../restarts.ts";

export const rabbitmqFaults: readonly Fault[] = [
  {
    name: "RabbitMQ pod deleted, the leader of the queue",
    recovered: "3 of 3 members Ready, all members of every quorum queue online",
    async breaks({ pods }) {
      const before = await pods.states("rabbitmq");
      const queue = (await listQueues(pods, before[0]?.name ?? "")).find(({ name }) => name === "workflow");
      if (queue === undefined) throw new Error("RabbitMQ has no queue workflow");
      await pods.delete(queue.leader);
      const gone = before.filter(({ name }) => name === queue.leader);
      return {
        what: `${queue.leader}, leader of ${queue.name}`,
        touched: [queue.leader],
        missing: async () => notReplaced(gone, await pods.states("rabbitmq"))[0] ?? rabbitmqMissing(pods),
      };
    },
  },
];
