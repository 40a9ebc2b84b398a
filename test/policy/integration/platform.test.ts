import assert from "node:assert/strict";
import { renderStack } from "../../../infra/render/renderStack.ts";
import { sizes } from "../../../infra/sizing.ts";
import { violationsOf } from "../support/violationsOf.ts";

/** Loads the provider's classes and builds the whole program. */
const slow = 300_000;

describe("the whole platform breaks no policy", function () {
  this.timeout(slow);

  for (const stack of ["dev", "prod", "local"] as const) {
    for (const size of sizes) {
      it(`as ${stack}, ${size}`, async () => {
        const resources = await renderStack(stack, size);
        assert.ok(resources.length > 0);
        assert.deepEqual(await violationsOf(resources, { environment: stack }), []);
      });
    }
  }

  it("and is judged: without its protection production is refused", async () => {
    const resources = await renderStack("prod", "small");
    const unprotected = resources.map((resource) => ({ ...resource, opts: { ...resource.opts, protect: false } }));
    const found = await violationsOf(unprotected, { environment: "prod" });
    assert.ok(found.some(({ policy }) => policy === "aws-protect-data"));
  });
});
