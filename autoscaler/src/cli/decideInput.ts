import { z } from "zod";
import { ConfigError, toProblems } from "../config/problems.ts";
import { stateSchema } from "../config/stateSchema.ts";
import type { Snapshot } from "../core/model.ts";
import type { State } from "../core/state.ts";

const count = z.int().min(0);
const number = z.number();
// Null too: it is what JSON has for a number that a client could not tell.
const optionalNumber = number.nullish().transform((value) => value ?? undefined);

// Strict, as all of an input: a misspelled key would be a number that is unknown, and a quiet other decision.
const queue = z.strictObject({
  ready: optionalNumber,
  unacknowledged: optionalNumber,
  publishRate: optionalNumber,
  deliverRate: optionalNumber,
  ackRate: optionalNumber,
  consumers: optionalNumber,
});

const reading = z.union(
  [
    z.strictObject({
      value: number,
      observedAt: number,
      queue: queue.optional(),
      pods: z.strictObject({ measured: count, unready: count, missing: count }).optional(),
      partial: z.string().optional(),
    }),
    z.strictObject({ error: z.string() }),
  ],
  // In one sentence: a union's own error lists the problems of both forms.
  { error: 'must be {"value", "observedAt", …} with numbers, or {"error": "text"}' },
);

// Any number as a time, also small ones: tables begin at 0 rather than in the year they were written.
const input = z.strictObject({
  now: number,
  currentReplicas: count.optional(),
  readyReplicas: count.optional(),
  readings: z.record(z.string(), reading),
  paused: z.enum(["up", "down", "both"]).optional(),
  competitors: z.array(z.string()).optional(),
  state: stateSchema.nullable().optional(),
});

/** A line; what it leaves out continues from the line before: its nextState, its desiredReplicas, all of them ready. */
export type DecideInput = Omit<Snapshot, "currentReplicas" | "readyReplicas"> &
  Partial<Pick<Snapshot, "currentReplicas" | "readyReplicas">> & { readonly state?: State | null };

/**
 * One JSON document, or JSON lines, of which empty ones are passed over. `source` names the text in errors. Throws a
 * ConfigError that names every problem of the first bad line.
 */
export function parseDecideInputs(text: string, source: string): DecideInput[] {
  // The whole first: a document that is printed over several lines is no line on its own.
  const whole = tryParse(text);
  if (whole !== undefined) return [parseOne(whole, source)];
  const lines = text.split("\n").map((line, index) => ({ line, place: `${source} line ${index + 1}` }));
  return lines
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, place }) => {
      const document = tryParse(line);
      if (document === undefined) throw new ConfigError(place, [{ path: "JSON", message: "is not valid JSON" }]);
      return parseOne(document, place);
    });
}

function parseOne(document: unknown, place: string): DecideInput {
  const parsed = input.safeParse(document);
  if (!parsed.success) throw new ConfigError(place, toProblems(parsed.error.issues, document));
  // Zod writes absent keys as undefined, which the exact types of the core leave out; both mean unknown.
  return JSON.parse(JSON.stringify(parsed.data)) as DecideInput;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
