import { z } from "zod";

/** The number that a query gave. */
export interface Sample {
  readonly value: number;
  /** Time of the evaluation, epoch seconds. */
  readonly time: number;
}

// Numbers come as text, so that NaN and infinity survive JSON.
const point = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const data = z.discriminatedUnion("resultType", [
  z.object({ resultType: z.literal("scalar"), result: point }),
  z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric: labels, value: point.optional() })) }),
  z.object({ resultType: z.literal("matrix"), result: z.unknown() }),
  z.object({ resultType: z.literal("string"), result: z.unknown() }),
]);
// https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
const answer = z.discriminatedUnion("status", [
  z.object({ status: z.literal("success"), data, warnings: z.array(z.string()).optional() }),
  z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() }),
]);

/** The one number of an instant query's answer. Throws with what to do when there is none, or more than one. */
export function parseAnswer(json: unknown): { sample: Sample; warnings: readonly string[] } {
  // A login page or a proxy's error may come with status 200 and type JSON as well.
  const parsed = answer.safeParse(json);
  if (!parsed.success) throw new Error("not an answer of Prometheus");
  if (parsed.data.status === "error") throw new Error(`${parsed.data.errorType}: ${parsed.data.error}`);
  const [time, text] = pointOf(parsed.data.data);
  // `0 / 0` of a quiet service is NaN: no traffic and no series look alike, so neither is taken for 0.
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new Error(`the value is ${text}`);
  return { sample: { value, time }, warnings: parsed.data.warnings ?? [] };
}

function pointOf(result: z.infer<typeof data>): [number, string] {
  if (result.resultType === "scalar") return result.result;
  if (result.resultType !== "vector") throw new Error(`the query gives a ${result.resultType}, not one number`);
  const [first, second] = result.result;
  // No series is not zero: the exporter may be down, or the name misspelt.
  if (first === undefined) throw new Error("no series, or none with a sample young enough");
  if (second !== undefined) {
    throw new Error(`${result.result.length} series instead of one; wrap the query in sum(...) or select by label`);
  }
  if (first.value === undefined) throw new Error("the query gives a histogram, not one number");
  return first.value;
}
