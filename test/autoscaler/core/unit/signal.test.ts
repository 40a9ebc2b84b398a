import assert from "node:assert/strict";
import type { Reading, Signal } from "../../../../autoscaler/src/core/model.ts";
import { toSignal, whyNotFresh } from "../../../../autoscaler/src/core/signal.ts";

const now = 1000;
const at = (value: number, more: object = {}): Reading => ({ value, observedAt: now, ...more });

const cases: { name: string; reading: Reading | undefined; kind: Signal["kind"]; why?: RegExp }[] = [
  { name: "a value of this moment", reading: at(5), kind: "fresh" },
  { name: "a plausible zero", reading: at(0), kind: "fresh" },
  { name: "a value just as old as allowed", reading: at(5, { observedAt: now - 30 }), kind: "fresh" },
  { name: "a value older than allowed", reading: at(5, { observedAt: now - 31 }), kind: "stale", why: /31 s old/ },
  { name: "a clock as far ahead as allowed", reading: at(5, { observedAt: now + 5 }), kind: "fresh" },
  { name: "a clock a little too far ahead", reading: at(5, { observedAt: now + 6 }), kind: "implausible" },
  { name: "a clock a little ahead", reading: at(5, { observedAt: now + 4 }), kind: "fresh" },
  {
    name: "a value of the future",
    reading: at(5, { observedAt: now + 60 }),
    kind: "implausible",
    why: /60 s in the future/,
  },
  { name: "a failure", reading: { error: "broker is down" }, kind: "missing", why: /broker is down/ },
  { name: "no reading at all", reading: undefined, kind: "missing", why: /no reading/ },
  { name: "a part of a value", reading: at(5, { partial: "no statistics" }), kind: "partial", why: /no statistics/ },
  { name: "an old part of a value", reading: at(5, { partial: "x", observedAt: 0 }), kind: "stale" },
  { name: "a negative value", reading: at(-1), kind: "implausible", why: /value is -1/ },
  { name: "not a number", reading: at(NaN), kind: "implausible", why: /NaN/ },
  { name: "an infinite value", reading: at(Infinity), kind: "implausible" },
  { name: "a time that is none", reading: at(5, { observedAt: NaN }), kind: "implausible", why: /observedAt is NaN/ },
  { name: "a negative rate", reading: at(5, { queue: { ackRate: -2 } }), kind: "implausible", why: /ackRate is -2/ },
  {
    name: "zero beside waiting messages",
    reading: at(0, { queue: { ready: 9 } }),
    kind: "implausible",
    why: /9 messages/,
  },
  { name: "zero of an empty queue", reading: at(0, { queue: { ready: 0 } }), kind: "fresh" },
];

describe("a signal", () => {
  for (const { name, reading, kind, why } of cases) {
    it(`is ${kind} for ${name}`, () => {
      const signal = toSignal(reading, { scope: "total", maxAgeSeconds: 30 }, now);
      assert.equal(signal.kind, kind);
      assert.equal(whyNotFresh(signal) === undefined, kind === "fresh");
      if (why !== undefined) assert.match(whyNotFresh(signal) ?? "", why);
    });
  }
});
