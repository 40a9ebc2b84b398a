import { parseArgs } from "node:util";
import { connect, credentials, type ChannelModel } from "amqplib";
import { Environment } from "../src/environment/index.ts";
import { connectQueue, queueSettings, type Queue } from "../src/queue/index.ts";

/** Throughput of the module against amqplib alone, in turns on the same queue. Prints one JSON object. */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    messages: { type: "string", default: "10000" },
    prefetch: { type: "string", default: "100" },
  },
});
const rounds = Number(values.rounds);
const messages = Number(values.messages);
const prefetch = Number(values.prefetch);
/** Publishes that wait for their confirm at a time. */
const parallel = 1000;
const queueName = "workflow";
const payload = { id: "00000000-0000-0000-0000-000000000000", workflow: "bench", steps: [1, 2, 3] };

const environment = new Environment(process.env);
const settings = queueSettings(environment);
environment.check();
const [url = ""] = settings.urls;

interface Figures {
  /** Messages a second. */
  readonly rate: number;
  /** Of this process, microseconds a message: where the broker is the slower one, the rate hides them. */
  readonly cpu: number;
}

async function measure(work: () => Promise<void>): Promise<Figures> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { rate: (1000 * messages) / (performance.now() - startedAt), cpu: (user + system) / messages };
}

/** So many loops that each publish one message after the other. */
async function inParallel(publish: () => Promise<void>): Promise<void> {
  let left = messages;
  const loop = async (): Promise<void> => {
    while (left-- > 0) await publish();
  };
  await Promise.all(Array.from({ length: parallel }, loop));
}

async function publishRaw(model: ChannelModel): Promise<void> {
  const channel = await model.createConfirmChannel();
  // The same properties and a body made anew each time: what the module does for its caller is measured, not JSON.
  await inParallel(
    () =>
      new Promise((resolve, reject) => {
        const options = {
          persistent: true,
          mandatory: true,
          messageId: crypto.randomUUID(),
          headers: { at: Date.now() },
        };
        channel.sendToQueue(queueName, Buffer.from(JSON.stringify(payload)), options, (error: unknown) => {
          if (error === null) resolve();
          else reject(new Error("not confirmed"));
        });
      }),
  );
  await channel.close();
}

async function consumeRaw(model: ChannelModel): Promise<void> {
  const channel = await model.createChannel();
  await channel.prefetch(prefetch);
  let left = messages;
  const done = Promise.withResolvers<undefined>();
  await channel.consume(queueName, (message) => {
    if (message === null) return;
    JSON.parse(message.content.toString());
    channel.ack(message);
    if (--left === 0) done.resolve(undefined);
  });
  await done.promise;
  await channel.close();
}

async function consumeOurs(queue: Queue): Promise<void> {
  let left = messages;
  const done = Promise.withResolvers<undefined>();
  const consumer = await queue.consume(
    queueName,
    () => {
      if (--left === 0) done.resolve(undefined);
      return Promise.resolve();
    },
    { prefetch },
  );
  await done.promise;
  await consumer.stop(10);
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;

const model = await connect(url, {
  credentials: credentials.plain(settings.username, settings.password),
  noDelay: true,
});
const queue = await connectQueue(settings);
const publish = { raw: [] as Figures[], ours: [] as Figures[] };
const consume = { raw: [] as Figures[], ours: [] as Figures[] };

const raw = async (): Promise<void> => {
  publish.raw.push(await measure(() => publishRaw(model)));
  consume.raw.push(await measure(() => consumeRaw(model)));
};
const ours = async (): Promise<void> => {
  publish.ours.push(await measure(() => inParallel(() => queue.publish(queueName, payload))));
  consume.ours.push(await measure(() => consumeOurs(queue)));
};
// Warm: the first round pays for compiling.
await raw();
await ours();
for (const list of [publish.raw, publish.ours, consume.raw, consume.ours]) list.length = 0;
for (let round = 0; round < rounds; round += 1) {
  // In turns and in both orders: what else the machine does hits both alike.
  for (const turn of round % 2 === 0 ? [raw, ours] : [ours, raw]) await turn();
}
await queue.close();
await model.close();

/** The ratio within each round, and not of the medians: two turns of one round share the machine's mood. */
function summary({ raw, ours }: { raw: readonly Figures[]; ours: readonly Figures[] }): object {
  const ratio = (key: keyof Figures): number =>
    Number(median(ours.map((figures, index) => figures[key] / (raw[index]?.[key] ?? NaN))).toFixed(3));
  const middle = (list: readonly Figures[], key: keyof Figures): number =>
    Math.round(median(list.map((one) => one[key])));
  return {
    ratio: ratio("rate"),
    messagesPerSecond: { ours: middle(ours, "rate"), raw: middle(raw, "rate") },
    cpuRatio: ratio("cpu"),
    cpuMicroseconds: { ours: middle(ours, "cpu"), raw: middle(raw, "cpu") },
  };
}
console.log(JSON.stringify({ rounds, messages, prefetch, publish: summary(publish), consume: summary(consume) }));
