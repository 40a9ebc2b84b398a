import assert from "node:assert/strict";
import { ensureCluster, startCluster } from "../../../../local/cluster/cluster.ts";

describe("a cluster on a machine that cannot run one", () => {
  const { getuid } = process;

  before(() => {
    process.getuid = () => 1000;
  });

  after(() => {
    if (getuid === undefined) delete process.getuid;
    else process.getuid = getuid;
  });

  for (const [name, begin] of Object.entries({ startCluster, ensureCluster }))
    it(`is refused by ${name} before anything is built`, async () => {
      await assert.rejects(begin(), { message: /^no cluster can run on this machine: it needs (root|Linux)$/ });
    });
});
