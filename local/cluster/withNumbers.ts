import { lock } from "../cache.ts";

/** Of the machine, as the numbers are, whatever repository starts the cluster; gone with its next start. */
const file = "/run/jobsprint-clusters.lock";

/**
 * Runs the task while no other process takes a number or gives one back: control groups without processes then belong to
 * dead clusters, not to one that is just starting.
 */
export async function withNumbers<Result>(task: () => Promise<Result>): Promise<Result> {
  const release = await lock(file, "numbers of clusters");
  try {
    return await task();
  } finally {
    await release();
  }
}
