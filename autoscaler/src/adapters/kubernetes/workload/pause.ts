import type { Pause } from "../../../ports/scaleTarget.ts";

/** What the annotation may say; null: nothing is paused. */
const allowed = new Map<string, Pause | null>([
  ["true", "both"],
  ["both", "both"],
  ["up", "up"],
  ["down", "down"],
  ["false", null],
  ["", null],
]);

/** The directions that an annotation's value pauses; a value that is not understood pauses both and comes with what is wrong. */
export function toPause(value: string | undefined): { paused?: Pause; problem?: string } {
  if (value === undefined) return {};
  const pause = allowed.get(value);
  if (pause === null) return {};
  if (pause !== undefined) return { paused: pause };
  const words = [...allowed.keys()].filter((word) => word !== "").join(", ");
  return { paused: "both", problem: `${JSON.stringify(value)} is none of ${words}; both directions are paused` };
}
