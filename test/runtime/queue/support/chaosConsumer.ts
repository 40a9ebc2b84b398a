// A consumer that is killed: it notes each message durably before the ack, as real work would.
import { openSync, writeSync } from "node:fs";
import { connectQueue } from "../../../../runtime/src/queue/index.ts";

const [urls = "", queueName = "", file = "", prefetch = "100"] = process.argv.slice(2);
const { BROKER_USERNAME: username = "", BROKER_PASSWORD: password = "" } = process.env;
// Written by the kernel even when this process is killed in the next instant.
const ledger = openSync(file, "a");
let losses = 0;

const queue = await connectQueue({
  urls: urls.split(","),
  ...{ username, password },
  name: "chaos consumer",
  logger: {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields, message) => {
      // Each costs at most `prefetch` deliveries.
      if (message === "connection to the broker lost" || message === "the broker closed a channel") losses += 1;
      process.send?.({ losses, message, fields });
    },
    error: () => undefined,
  },
});
const consumer = await queue.consume(
  queueName,
  ({ body, redelivered }) => {
    // First deliveries apart: two of one message mean that it was published twice.
    writeSync(ledger, `${(body as { id: number }).id}${redelivered ? "r" : "f"}\n`);
    return Promise.resolve();
  },
  { prefetch: Number(prefetch) },
);
// The parent's word to end in order.
process.on("message", () => {
  void consumer
    .stop(10)
    .then(() => queue.close())
    .then(() => {
      process.disconnect();
    });
});
