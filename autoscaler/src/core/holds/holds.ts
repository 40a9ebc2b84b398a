import type { Direction, Hold, Signals, Snapshot, TargetSpec, Timer } from "../model.ts";
import { usable } from "../signal.ts";
import type { NoAck, Ownership } from "../state.ts";
import { noAckTimers } from "./noAck.ts";

/** All that can forbid a direction. */
export interface HoldContext {
  readonly spec: TargetSpec;
  readonly snapshot: Snapshot;
  readonly signals: Signals;
  readonly ownership: Ownership;
  readonly noAck: Readonly<Record<string, NoAck>>;
}

/** In the order in which they are told: a person's word first, then other writers, then what the metrics say. */
const predicates: readonly ((context: HoldContext) => Hold | undefined)[] = [
  paused,
  competing,
  writtenByOthers,
  stuckConsumers,
  vetoed,
];

/** Everything that forbids a direction at present. */
export function findHolds(context: HoldContext): Hold[] {
  return predicates.map((predicate) => predicate(context)).filter((hold) => hold !== undefined);
}

/** The first hold that forbids the direction, which is told as `limitedBy`; undefined: the way is free. */
export function holdOf(holds: readonly Hold[], direction: Direction): Hold | undefined {
  if (direction === "none") return undefined;
  return holds.find(({ forbids }) => forbids === "both" || forbids === direction);
}

/** Seconds that holds which end by themselves still last, and how soon one may begin. */
export function holdTimers({ spec, snapshot: { now }, ownership, noAck }: HoldContext): Timer[] {
  const { foreignWrite } = ownership;
  const left = foreignWrite && spec.foreignWriteHoldSeconds - (now - foreignWrite.at);
  return [
    ...(left === undefined ? [] : [{ name: "foreign write", secondsLeft: left }]),
    ...noAckTimers(noAck, now, spec.stuckConsumersSeconds),
  ];
}

function paused({ snapshot }: HoldContext): Hold | undefined {
  if (snapshot.paused === undefined) return undefined;
  const what = snapshot.paused === "both" ? "scaling" : `scaling ${snapshot.paused}`;
  return { reason: "Paused", forbids: snapshot.paused, detail: `${what} is paused by the workload's annotation` };
}

function competing({ spec, snapshot }: HoldContext): Hold | undefined {
  const { competitors = [] } = snapshot;
  // To observe beside the autoscaler that acts is how one moves from it to this one.
  if (competitors.length === 0 || spec.mode === "observe") return undefined;
  return {
    reason: "CompetingAutoscaler",
    // Two writers overwrite each other for ever, whichever of them is right: detected, not fought.
    forbids: "both",
    detail: `${competitors.join(", ")} scales this workload as well: remove one of the two`,
  };
}

function writtenByOthers({ spec, ownership: { foreignWrite } }: HoldContext): Hold | undefined {
  if (foreignWrite === undefined) return undefined;
  const { from, to } = foreignWrite;
  return {
    reason: "ForeignWrite",
    forbids: "both",
    detail: `somebody else changed the count from ${from} to ${to}: left alone for ${spec.foreignWriteHoldSeconds} s`,
  };
}

function stuckConsumers({ spec, noAck }: HoldContext): Hold | undefined {
  const stuck = Object.keys(noAck).filter((metric) => noAck[metric]?.stuck);
  if (stuck.length === 0) return undefined;
  return {
    reason: "StuckConsumers",
    // More consumers would be stuck as well, and fewer would return their messages to the queue for nothing.
    forbids: "both",
    detail: `${stuck.join(", ")}: messages wait beside consumers, and none was acknowledged for ${spec.stuckConsumersSeconds ?? 0} s`,
  };
}

/** A mark that cannot be compared forbids nothing: an exporter that is away is no reason to let a queue grow. */
function vetoed({ spec, signals }: HoldContext): Hold | undefined {
  const above = Object.entries(spec.veto?.anyAbove ?? {}).filter(
    ([metric, mark]) => (usable(signals[metric])?.value ?? -Infinity) > mark,
  );
  if (above.length === 0) return undefined;
  const detail = above.map(([metric, mark]) => `${metric} is above its veto mark ${mark}`).join(", ");
  return { reason: "Vetoed", forbids: "up", detail };
}
