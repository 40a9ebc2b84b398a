/** What an execution's input asks of a worker: its work is to take time. */
export interface Job {
  readonly workSeconds: number;
}

/** A typing error in an input must not occupy a worker for days. */
const longestSeconds = 3600;

/** Reads an execution's input, `{"workSeconds": number}`; a missing duration is the given default. Throws with what is wrong. */
export function parseJob(input: unknown, defaultSeconds: number): Job {
  if (typeof input !== "object" || input === null) throw new Error("the input must be a JSON object");
  const workSeconds = "workSeconds" in input ? input.workSeconds : defaultSeconds;
  if (typeof workSeconds !== "number" || !(workSeconds >= 0 && workSeconds <= longestSeconds))
    throw new Error(`workSeconds must be from 0 to ${longestSeconds}, not ${JSON.stringify(workSeconds)}`);
  return { workSeconds };
}
