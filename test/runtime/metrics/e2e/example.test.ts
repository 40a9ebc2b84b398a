import assert from "node:assert/strict";
import { join } from "node:path";
import { runCommand } from "../../../../local/command.ts";
import { repositoryRoot } from "../../../../local/paths.ts";

describe("the example of metrics", function () {
  this.timeout(120_000);

  it("serves its page and ends", async () => {
    const output = await runCommand(process.execPath, [join(repositoryRoot, "runtime", "examples", "metrics.ts")]);
    assert.deepEqual(output.trim().split("\n"), [
      'http_requests_total{method="GET",route="/workflows/:id",status="200"} 2',
      'http_requests_total{method="GET",route="none",status="404"} 1',
      'workflow_executions_total{outcome="succeeded"} 1',
      'workflow_executions_total{outcome="failed"} 0',
      'queue_depth{queue="workflow"} 3',
    ]);
  });
});
