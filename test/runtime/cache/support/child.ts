// One process of a fleet: does with a cache what its parent says, and asks the parent for what it loads.
import { setTimeout as delay } from "node:timers/promises";
import { createCache } from "../../../../runtime/src/cache/index.ts";
import type { Read, Request, ToChild, ToParent } from "./protocol.ts";

const [urls = "[]"] = process.argv.slice(2);
const cache = await createCache({ redisUrls: JSON.parse(urls) as string[] });
const send = (message: ToParent): unknown => process.send?.(message);

let loads = 0;
const waiting = new Map<number, PromiseWithResolvers<unknown>>();

function load(key: string): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  waiting.set(++loads, answer);
  send({ load: loads, key });
  return answer.promise;
}

let reading = false;

async function lane(keys: number, pauseMs: number, found: { reads: Read[]; errors: string[] }): Promise<void> {
  while (reading) {
    const key = `key-${Math.floor(Math.random() * keys)}`;
    const startedAt = process.hrtime.bigint();
    try {
      const version = await cache.getOrLoad(key, () => load(key) as Promise<number>);
      found.reads.push([startedAt.toString(), Number(process.hrtime.bigint() - startedAt) / 1e6, key, version]);
    } catch (error) {
      found.errors.push(String(error));
    }
    await delay(pauseMs);
  }
}

async function read(keys: number, lanes: number, pauseMs: number): Promise<void> {
  reading = true;
  const found = { reads: [] as Read[], errors: [] as string[] };
  const report = (): unknown => send({ reads: found.reads.splice(0), errors: found.errors.splice(0) });
  const timer = setInterval(report, 200);
  await Promise.all(Array.from({ length: lanes }, () => lane(keys, pauseMs, found)));
  clearInterval(timer);
  report();
}

let stopped = Promise.resolve();

async function answer(request: Request): Promise<unknown> {
  switch (request.op) {
    case "getOrLoad": {
      const { key, count, tags } = request;
      const options = tags ? { tags } : {};
      return Promise.all(Array.from({ length: count }, () => cache.getOrLoad(key, () => load(key), options)));
    }
    case "invalidate": {
      await cache.invalidate(request);
      return process.hrtime.bigint().toString();
    }
    case "watch": {
      // Until the version is beyond the given one; answers when it was first seen.
      const { key, beyond } = request;
      while ((await cache.getOrLoad(key, () => load(key) as Promise<number>)) <= beyond) await delay(1);
      return process.hrtime.bigint().toString();
    }
    case "read":
      stopped = read(request.keys, request.lanes, request.pauseMs);
      return undefined;
    case "stopReading":
      reading = false;
      return stopped;
    case "status":
      return cache.status();
  }
}

process.on("message", (message: ToChild) => {
  if ("loaded" in message) {
    const promise = waiting.get(message.loaded);
    waiting.delete(message.loaded);
    if ("error" in message) promise?.reject(new Error(message.error));
    else promise?.resolve(message.value);
    return;
  }
  const { call } = message;
  answer(message.request).then(
    (result) => send({ call, result }),
    (error: unknown) => send({ call, error: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
// A start on a busy machine may take longer than createCache waits.
while (!cache.status().redisConnected) await delay(10);
send({ ready: true });
