import assert from "node:assert/strict";
import { join } from "node:path";
import { repositoryRoot } from "../../../../local/paths.ts";
import { pulumiOrSkip } from "../support/available.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { platformProgram } from "../support/platform.ts";
import { sampleProgram } from "../support/sample.ts";

const policyPacks = [join(repositoryRoot, "policy")];

describe("the policy pack in the real engine", function () {
  this.timeout(1_200_000);
  let engine: Engine;

  before(async function () {
    engine = await startEngine(await pulumiOrSkip(this));
  });

  after(async () => {
    // Absent where the suite was skipped.
    await (engine as Engine | undefined)?.stop();
  });

  it("stops a program that stores data unencrypted", async () => {
    const stack = await engine.stack("sample", sampleProgram({ storageGi: 100, engine: "postgres" }));
    await assert.rejects(stack.preview({ policyPacks }), /aws-rds-encrypt-storage.*data-postgres/s);
  });

  for (const name of ["dev", "prod"])
    it(`lets the stack ${name} pass`, async () => {
      const stack = await engine.stack(name, platformProgram(name, "small"));
      const { stdout } = await stack.preview({ policyPacks });
      // That it ran at all.
      assert.match(stdout, /jobsprint@/);
    });
});
