import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { refusalOf, type StackClient } from "../client.ts";
import type { Trouble } from "./trouble.ts";

const lineCount = 10;
const longestLine = 300;

/**
 * The last lines of a container without its secrets, or why there are none; nothing where there is no log to look at.
 */
export async function lastLogLines(
  client: StackClient,
  { pod, log }: { readonly pod?: V1Pod; readonly log?: Trouble["log"] },
  redact: (text: string) => string,
): Promise<readonly string[]> {
  if (pod?.metadata?.name === undefined || log === undefined) return [];
  const { name, namespace = "" } = pod.metadata;
  const core = client.config.makeApiClient(CoreV1Api);
  try {
    const text = await core.readNamespacedPodLog({ name, namespace, ...log, tailLines: lineCount });
    return logLines(text, redact);
  } catch (error) {
    return [`(no log: ${refusalOf(error).message})`];
  }
}

/** The lines of a log's end, as long as one can read. */
export function logLines(text: string, redact: (text: string) => string): readonly string[] {
  // Blanked as a whole: half a secret at the end of a cut line would not be known.
  const lines = redact(text)
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "");
  return lines.length === 0 ? ["(it said nothing)"] : lines.map((line) => line.slice(0, longestLine));
}
