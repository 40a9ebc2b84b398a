// The program of a child process: one gRPC server that stands in for every provider and makes exactly what is asked.
import type { Provider } from "@pulumi/pulumi/provider/provider.js";
import { main } from "@pulumi/pulumi/provider/server.js";
import type { Bag } from "./bag.ts";
import { created, difference } from "./echo.ts";

const echo: Provider = {
  // Above whatever an SDK asks for.
  version: "99.0.0",
  check: (_urn, _olds, news: Bag) => Promise.resolve({ inputs: news }),
  diff: (_id, urn, olds: Bag, news: Bag) => Promise.resolve(difference(urn, olds, news)),
  create: (urn, inputs: Bag) => Promise.resolve(created(urn, inputs)),
  update: (_id, urn, _olds, news: Bag) => Promise.resolve({ outs: created(urn, news).outs }),
  delete: () => Promise.resolve(),
  invoke: (token) => Promise.reject(new Error(`the program calls ${token}: take the value from the configuration`)),
};

await main(echo, process.argv.slice(2));
