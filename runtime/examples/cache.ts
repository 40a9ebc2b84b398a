import { cacheSettings, createCache } from "@jobsprint/runtime/cache";
import { Environment } from "@jobsprint/runtime/environment";

const environment = new Environment(process.env);
const settings = cacheSettings(environment);
environment.check();
const cache = await createCache(settings);

let name = "nightly report";
const load = (signal: AbortSignal): Promise<{ name: string }> => {
  // Pass the signal on to the query: it aborts when nobody waits for the value any more.
  signal.throwIfAborted();
  console.log("asked the source");
  return Promise.resolve({ name });
};
const read = (): Promise<{ name: string }> =>
  cache.getOrLoad("workflow:42", load, { ttlSeconds: 600, graceSeconds: 60, tags: ["user:7"] });

// Any number of callers in any number of processes: one of them asks the source.
const found = await Promise.all([read(), read(), read()]);
console.log(found.map((workflow) => workflow.name).join(", "));

// After a change of the source, drop what was loaded before: by key, or by a tag for all that bears it.
name = "weekly report";
await cache.invalidate({ tags: ["user:7"] });
console.log((await read()).name);

await cache.invalidate({ keys: ["workflow:42"] });
await cache.close();
