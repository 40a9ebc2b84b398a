import { ApiServer } from "../../faults/apiServer.ts";
import { query } from "../../faults/executionCounts.ts";
import { Pods } from "../../faults/pods.ts";

/** Executions of these workflows that were counted as done more than once; null when the database does not tell. */
export async function readDoneTwice(kubeconfigFile: string, workflows: readonly string[]): Promise<number | null> {
  // The ids are the gateway's own.
  const ids = `'{${workflows.join(",")}}'::uuid[]`;
  const statement = `select sum(successful_executions) - (select count(*) from executions
    where workflow_id = any(${ids}) and status = 'succeeded') from workflows where id = any(${ids})`;
  try {
    const [row] = await query(new Pods(new ApiServer(kubeconfigFile)), statement);
    return row === undefined ? null : Number(row);
  } catch {
    return null;
  }
}
