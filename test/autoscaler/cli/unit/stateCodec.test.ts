import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { stateCodec } from "../../../../autoscaler/src/cli/stateCodec.ts";
import { parseConfig } from "../../../../autoscaler/src/config/parse.ts";
import { toTargetSpec } from "../../../../autoscaler/src/config/targetSpec.ts";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import { seedState } from "../../../../autoscaler/src/core/state.ts";

const example = readFileSync(new URL("../../../../autoscaler/config.example.yaml", import.meta.url), "utf8");
const name = "workflow-worker";
let now = 1000;
const codec = (text = example) => stateCodec(parseConfig(text, "config"), { now: () => now });

describe("a stored state", () => {
  beforeEach(() => {
    now = 1000;
  });

  it("comes back as it was", () => {
    const config = parseConfig(example, "config");
    const readings = {
      queueDepth: {
        value: 900,
        observedAt: now,
        queue: { ready: 900, unacknowledged: 0, publishRate: 3, ackRate: 2, deliverRate: 2, consumers: 2 },
      },
    };
    const snapshot = { now, currentReplicas: 3, readyReplicas: 2, readings };
    const { nextState } = decide(toTargetSpec(config.targets[0]!), seedState(now - 2, 2, 2), snapshot);
    assert.deepEqual(codec().decode(name, codec().encode(name, nextState)), { state: nextState });
  });

  const state = seedState(1000, 4, 4);
  const text = (change: object) =>
    JSON.stringify({ ...(JSON.parse(codec().encode(name, state)) as object), ...change });
  const refused: { name: string; text: () => string; later?: number; config?: string; cause: RegExp }[] = [
    { name: "that is no JSON", text: () => "{", cause: /no JSON object/ },
    { name: "that is no object", text: () => "3", cause: /no JSON object/ },
    { name: "of another version", text: () => text({ version: 0 }), cause: /version 0, not 1/ },
    { name: "without a time", text: () => text({ savedAt: undefined }), cause: /older than state.maxAgeSeconds 3600/ },
    { name: "that is too old", text: () => text({}), later: 3601, cause: /older than state.maxAgeSeconds 3600/ },
    {
      name: "with a damaged list",
      text: () => text({ state: { ...state, recommendations: [{ at: 1, replicas: -3 }] } }),
      cause: /damaged: recommendations\[0\].replicas/,
    },
    {
      name: "of another configuration",
      text: () => text({}),
      config: example.replace("target: 200", "target: 300"),
      cause: /another configuration/,
    },
  ];
  for (const one of refused) {
    it(`${one.name} is refused with the reason`, () => {
      const stored = one.text();
      now += one.later ?? 0;
      const decoded = codec(one.config).decode(name, stored);
      assert.match("refused" in decoded ? decoded.refused : "taken over", one.cause);
    });
  }
});
