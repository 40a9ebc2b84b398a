import { createHash } from "node:crypto";
import { toProblems } from "../config/problems.ts";
import { stateSchema } from "../config/stateSchema.ts";
import type { AutoscalerConfig, TargetConfig } from "../config/schema.ts";
import type { State } from "../core/state.ts";
import { takeOver } from "../core/takeOver.ts";
import type { Clock } from "../ports/clock.ts";

/** Moves with every change of the state that an older program could misread; during a rollout both versions take turns. */
const version = 1;

/** Refused is no error: its target begins with the present count, and Events and logs tell why. */
export type Decoded = { readonly state: State } | { readonly refused: string };

/** States to text and back; decoding trusts nothing of what it is given, and never throws. */
export interface StateCodec {
  encode(target: string, state: State): string;
  /** A state to go on with, or why it cannot be taken over. */
  decode(target: string, text: string): Decoded;
}

/** The envelope as read: each field is looked at before it is believed. */
interface Stored {
  readonly version: unknown;
  readonly configuration: unknown;
  readonly savedAt: unknown;
  readonly state: unknown;
}

/** States as JSON, each with the time (epoch seconds) and the configuration it belongs to. */
export function stateCodec(config: AutoscalerConfig, clock: Pick<Clock, "now">): StateCodec {
  const fingerprints = new Map(config.targets.map((target) => [target.name, fingerprint(target)]));
  const { maxAgeSeconds } = config.state;
  return {
    encode: (target, state) =>
      JSON.stringify({ version, configuration: fingerprints.get(target), savedAt: clock.now(), state }),
    decode(target, text) {
      const stored = parsed(text);
      if (stored === undefined) return { refused: "the stored state is no JSON object" };
      // First: of another version nothing else can be relied on.
      if (stored.version !== version)
        return { refused: `the stored state has version ${String(stored.version)}, not ${version}` };
      if (stored.configuration !== fingerprints.get(target))
        return { refused: "the stored state belongs to another configuration of the target" };
      const now = clock.now();
      // By then the windows have run out, and what was learned describes other work.
      if (typeof stored.savedAt !== "number" || now - stored.savedAt > maxAgeSeconds)
        return { refused: `the stored state is older than state.maxAgeSeconds ${maxAgeSeconds}` };
      return validated(stored.state, stored.savedAt, now);
    },
  };
}

function validated(document: unknown, savedAt: number, now: number): Decoded {
  const result = stateSchema.safeParse(document);
  if (!result.success) {
    const [first] = toProblems(result.error.issues, document);
    return { refused: `the stored state is damaged: ${first?.path ?? "state"} ${first?.message ?? "is not readable"}` };
  }
  // Zod writes absent keys as undefined, which the exact types of the core leave out.
  return { state: takeOver(JSON.parse(JSON.stringify(result.data)) as State, savedAt, now) };
}

function parsed(text: string): Stored | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === "object" && document !== null ? (document as Stored) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What gives a state its meaning: what was learned of another queue or under other rules does not fit. Bounds and holds are left
 * out, because whoever raises maxReplicas at night must not lose windows and learned rates by it.
 */
function fingerprint({ scaleTargetRef, metrics, rules, behavior }: TargetConfig): string {
  // 64 bits: enough to tell two configurations of one target apart, and short in each stored state.
  return createHash("sha256")
    .update(JSON.stringify({ scaleTargetRef, metrics, rules, behavior }))
    .digest("hex")
    .slice(0, 16);
}
