import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { environments } from "../../../../infra/safety.ts";
import { pulumiOrSkip } from "../support/available.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { planted } from "../support/outputs.ts";
import { irreplaceableAmong, platformProgram } from "../support/platform.ts";
import { cycle, duplicates, onDefaultProviders, orphans, resourcesOf, type StateResource } from "../support/state.ts";
import { up } from "../support/update.ts";

for (const environment of environments)
  describe(`the stack ${environment} on the real engine`, function () {
    this.timeout(1_800_000);
    let engine: Engine;
    let stack: Stack;
    let resources: StateResource[];

    before(async function () {
      engine = await startEngine(await pulumiOrSkip(this));
      stack = await engine.stack(environment, platformProgram(environment, "small"));
      await up(stack);
      resources = await resourcesOf(stack);
    });

    after(async () => {
      // Absent where the suite was skipped.
      await (engine as Engine | undefined)?.stop();
    });

    it("registers each URN once, in no circle", () => {
      assert.ok(resources.length > 50, `only ${resources.length} resources`);
      assert.deepEqual(duplicates(resources), []);
      assert.deepEqual(cycle(resources), []);
    });

    it("keeps every resource in a component and away from default providers", () => {
      assert.deepEqual(orphans(resources), []);
      assert.deepEqual(onDefaultProviders(resources), []);
    });

    it("gives no provider the text of a value that is not there", () => {
      const found = resources.filter(({ inputs }) =>
        /undefined|\[object |Calling \[toString\]/.test(JSON.stringify(inputs ?? {})),
      );
      assert.deepEqual(
        found.map(({ urn }) => urn),
        [],
      );
    });

    it("writes no secret to the state in the clear", async () => {
      assert.match(JSON.stringify(resources), new RegExp(planted), "there never was a secret");
      const state = await engine.command(stack, ["stack", "export"]);
      assert.doesNotMatch(state, new RegExp(planted));
      // As in the data of a Secret: three bytes become four characters.
      const encoded = Buffer.from(planted.slice(0, planted.length - (planted.length % 3))).toString("base64");
      assert.doesNotMatch(state, new RegExp(encoded));
    });

    it("exports the way into a cluster as a secret", async () => {
      const shown = await engine.command(stack, ["stack", "output", "--json"]);
      const { namespace, aws } = JSON.parse(shown) as { namespace: string; aws?: { kubeconfig: string } };
      assert.equal(namespace, "jobsprint");
      // Without AWS the cluster is somebody else's.
      assert.equal(aws?.kubeconfig, environment === "local" ? undefined : "[secret]");
    });

    it("has nothing to do the second time", async () => {
      assert.deepEqual([...(await up(stack)).steps], []);
    });

    // In one step, which changes all that two would.
    it("grows to large without making anything anew that holds data", async () => {
      const { steps } = await up(await engine.stack(environment, platformProgram(environment, "large")));
      assert.ok((steps.get("update") ?? []).length > 0, "the size changes nothing");
      assert.deepEqual(
        irreplaceableAmong([...steps].flatMap(([step, urns]) => (/replace|delete/.test(step) ? urns : []))),
        [],
      );
    });

    it("is destroyed to the last resource once protection is lifted", async () => {
      await engine.command(stack, ["state", "unprotect", "--all", "--yes"]);
      await stack.destroy();
      assert.deepEqual(await resourcesOf(stack), []);
    });
  });
