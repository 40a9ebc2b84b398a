/** What an execution's input asks of a worker: its work is to take time. */
export interface Job {
  readonly workSeconds: number;
}

/** RabbitMQ closes the channel of a message that is unacked for 30 minutes: five are left for the rest. */
export const longestSeconds = 1500;

/** Reads an execution's input, `{"workSeconds": number}`; a missing duration is the given default. Throws with what is wrong. */
export function parseJob(input: unknown, defaultSeconds: number): Job {
  if (typeof input !== "object" || input === null) throw new Error("the input must be a JSON object");
  const workSeconds = "workSeconds" in input ? input.workSeconds : defaultSeconds;
  if (typeof workSeconds !== "number" || !(workSeconds >= 0 && workSeconds <= longestSeconds))
    throw new Error(`workSeconds must be from 0 to ${longestSeconds}, not ${JSON.stringify(workSeconds)}`);
  return { workSeconds };
}
