import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { refusalOf, type StackClient } from "../client.ts";
import type { Trouble } from "./trouble.ts";

const lineCount = 10;
const longestLine = 300;

/** The last lines of a container, or why there are none; nothing where there is no log to look at. */
export async function lastLogLines(
  client: StackClient,
  pod: V1Pod | undefined,
  log: Trouble["log"],
): Promise<readonly string[]> {
  if (pod?.metadata?.name === undefined || log === undefined) return [];
  const { name, namespace = "" } = pod.metadata;
  const core = client.config.makeApiClient(CoreV1Api);
  try {
    const text = await core.readNamespacedPodLog({ name, namespace, ...log, tailLines: lineCount });
    const lines = text
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "");
    return lines.length === 0 ? ["(it said nothing)"] : lines.map((line) => line.slice(0, longestLine));
  } catch (error) {
    return [`(no log: ${refusalOf(error).message})`];
  }
}
