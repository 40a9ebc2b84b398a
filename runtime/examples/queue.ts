import { setTimeout as work } from "node:timers/promises";
import { Environment } from "@jobsprint/runtime/environment";
import { connectQueue, priorities, queueSettings, RejectMessage } from "@jobsprint/runtime/queue";

const environment = new Environment(process.env);
const settings = queueSettings(environment);
environment.check();
const queue = await connectQueue(settings);

await queue.publish("workflow_priority", { steps: 3 }, { priority: priorities.urgent });
await queue.publish("workflow_priority", { steps: "three" });

let left = 2;
const done = Promise.withResolvers<undefined>();
const consumer = await queue.consume(
  "workflow_priority",
  async ({ body, attempt, signal }) => {
    if (attempt === 1 && --left === 0) done.resolve(undefined);
    const { steps } = body as { steps?: unknown };
    // Another attempt would read the same text: a dead letter at once.
    if (typeof steps !== "number") throw new RejectMessage(`steps must be a number, not ${JSON.stringify(steps)}`);
    // The signal aborts when the result could no longer be acknowledged.
    for (let step = 1; step <= steps; step += 1) await work(10, undefined, { signal });
    console.log(`worked through ${steps} steps, attempt ${attempt}`);
  },
  { prefetch: 10 },
);
await done.promise;

console.log(`all was finished in time: ${await consumer.stop(10)}`);
console.log(`ready messages: ${await queue.depth("workflow_priority")}`);
await queue.close();
