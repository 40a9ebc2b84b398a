import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { pulumiOrSkip } from "../support/available.ts";
import { partsOf } from "../support/echo.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { sampleProgram } from "../support/sample.ts";
import { planted } from "../support/outputs.ts";
import { resourcesOf } from "../support/state.ts";
import { up, type Steps } from "../support/update.ts";

/** So that the tests of the platform cannot pass because nothing is ever seen. */
describe("the real engine with stand-in providers", function () {
  this.timeout(600_000);
  let engine: Engine;
  let stack: Stack;

  before(async function () {
    engine = await startEngine(await pulumiOrSkip(this));
    stack = await engine.stack("sample", sampleProgram({ storageGi: 100, engine: "postgres" }));
    await up(stack);
  });

  after(async () => {
    // Absent where the suite was skipped.
    await (engine as Engine | undefined)?.stop();
  });

  const names = (steps: Steps, step: string): string[] => (steps.get(step) ?? []).map((urn) => partsOf(urn).name);

  it("creates every resource with what was asked for", async () => {
    const resources = await resourcesOf(stack);
    const database = resources.find(({ urn }) => partsOf(urn).name === "data-postgres");
    assert.equal(database?.inputs?.["allocatedStorage"], 100);
    assert.equal(database.outputs?.["arn"], "<data-postgres.arn>");
    assert.equal(database.protect, true);
  });

  it("keeps a generated secret out of the state's text", async () => {
    assert.match(JSON.stringify(await resourcesOf(stack)), new RegExp(planted), "there never was a secret");
    const state = await engine.command(stack, ["stack", "export"]);
    assert.match(state, /"ciphertext"/);
    assert.doesNotMatch(state, new RegExp(planted));
  });

  it("has nothing to do the second time", async () => {
    assert.deepEqual([...(await up(stack)).steps], []);
  });

  it("updates in place what a provider can change", async () => {
    const larger = await engine.stack("sample", sampleProgram({ storageGi: 200, engine: "postgres" }));
    const { steps } = await up(larger);
    assert.deepEqual([...steps.keys()], ["update"]);
    assert.deepEqual(names(steps, "update"), ["data-postgres"]);
  });

  it("sees a replacement, which protection refuses", async () => {
    const other = await engine.stack("sample", sampleProgram({ storageGi: 100, engine: "mysql" }));
    await assert.rejects(up(other), /data-postgres.*protect|protect.*data-postgres/s);
  });

  it("destroys nothing that is protected, and all once protection is lifted", async () => {
    await assert.rejects(stack.destroy(), /protected/);
    await engine.command(stack, ["state", "unprotect", "--all", "--yes"]);
    await stack.destroy();
    assert.deepEqual(await resourcesOf(stack), []);
  });
});
