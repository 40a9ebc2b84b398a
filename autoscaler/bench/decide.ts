/** What one decision costs, against the cost of keeping its state as JSON in the same run. */
import { Bench } from "tinybench";
import { parseConfig } from "../src/config/parse.ts";
import { toTargetSpec } from "../src/config/targetSpec.ts";
import { decide } from "../src/core/decide.ts";
import type { State } from "../src/core/state.ts";
import { readFileSync } from "node:fs";

const example = new URL("../config.example.yaml", import.meta.url);
const config = parseConfig(readFileSync(example, "utf8"), "config.example.yaml");
const target = config.targets[0];
if (target === undefined) throw new Error("the example has no target");
const spec = toTargetSpec(target);

/** Ten minutes of history at the default period fill every window of the state. */
const warmUpTicks = 300;
let state: State | null = null;
let now = 0;
let replicas = 10;

function tick(): void {
  now += 2;
  const readings = {
    queueDepth: {
      value: 900 + (now % 700),
      observedAt: now,
      queue: {
        ready: 800 + (now % 700),
        unacknowledged: 100,
        publishRate: 40,
        deliverRate: 40,
        ackRate: 40,
        consumers: 10,
      },
    },
    requestRate: { value: 150, observedAt: now },
    cpu: { value: 55, observedAt: now },
    memory: { value: 60, observedAt: now },
  };
  const outcome = decide(spec, state, { now, currentReplicas: replicas, readyReplicas: replicas, readings });
  state = outcome.nextState;
  replicas = outcome.decision.desiredReplicas;
}

for (let i = 0; i < warmUpTicks; i++) tick();
const bench = new Bench({ time: 1000 });
bench.add("decide", tick).add("state to JSON and back", () => {
  state = JSON.parse(JSON.stringify(state)) as State;
});
await bench.run();
const rows = bench.tasks.map(({ name, result }) => ({
  name,
  microseconds: "latency" in result ? Math.round(result.latency.mean * 1e5) / 100 : null,
}));
process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
