/** A job as published: its work is to take time. */
export interface Job {
  readonly workSeconds: number;
}

/** A typing error in a message must not occupy a worker for days. */
const longestSeconds = 3600;

/** Reads a message body, `{"workSeconds": number}`; a missing duration is the given default. Throws with what is wrong. */
export function parseJob(content: Buffer, defaultSeconds: number): Job {
  // Text that is no JSON throws by itself; the caller rejects the message either way.
  const body: unknown = JSON.parse(content.toString("utf8"));
  if (typeof body !== "object" || body === null) throw new Error("the body must be a JSON object");
  const workSeconds = "workSeconds" in body ? body.workSeconds : defaultSeconds;
  if (typeof workSeconds !== "number" || !(workSeconds >= 0 && workSeconds <= longestSeconds))
    throw new Error(`workSeconds must be from 0 to ${longestSeconds}, not ${JSON.stringify(workSeconds)}`);
  return { workSeconds };
}
