import assert from "node:assert/strict";
import { createPlatform } from "../../../infra/platform.ts";
import { capture } from "../../../infra/render/capture.ts";
import { generatedSecret } from "../../../infra/render/outputs.ts";
import { manifestsOf } from "../../../infra/render/manifests.ts";
import { maskSecrets } from "../../../infra/render/mask.ts";
import { stackConfig } from "../support/stackConfig.ts";
import { resourcesOf, variants } from "../support/stacks.ts";

const generators = ["random:index/", "tls:index/"];

for (const variant of variants) {
  describe(`the program of ${variant.stack} ${variant.size}`, function () {
    this.timeout(120_000);

    it("gives every resource a URN of its own", async () => {
      const urns = (await resourcesOf(variant)).map(
        ({ urn, type, name, parent }) => `${parent}/${type}/${name}/${urn}`,
      );
      assert.deepEqual(
        urns.filter((urn, index) => urns.indexOf(urn) !== index),
        [],
      );
    });

    it("names every child after its parent", async () => {
      const resources = await resourcesOf(variant);
      const misnamed = resources.filter(({ name, parent }) => {
        const parentName = parent.split("::").at(-1) ?? "";
        return parent !== "" && !parent.includes("pulumi:pulumi:Stack::") && !name.startsWith(parentName);
      });
      assert.deepEqual(
        misnamed.map(({ urn }) => urn),
        [],
      );
    });

    it("leaves no resource to a default provider", async () => {
      const alone = (await resourcesOf(variant)).filter(
        ({ type, custom, opts }) => custom && !type.startsWith("pulumi:") && opts.provider === "",
      );
      assert.deepEqual(
        alone.map(({ urn }) => urn),
        [],
      );
    });

    it("registers the same in a preview, where no output is known", async () => {
      const config = stackConfig(variant.stack, variant.size);
      const registered = async (preview: boolean): Promise<string[]> => {
        const { resources } = await capture(() => createPlatform(config), { stack: variant.stack, preview });
        return resources.map(({ parent, type, name }) => `${parent} ${type} ${name}`).toSorted();
      };
      const [known, unknown] = [await registered(false), await registered(true)];
      assert.ok(known.length > 100);
      assert.deepEqual(unknown, known);
    });

    it("shows no generated secret in clear, masked or as a manifest", async () => {
      const resources = await resourcesOf(variant);
      const planted = resources.filter(({ type }) => generators.some((prefix) => type.startsWith(prefix)));
      assert.ok(planted.length > 0);
      const text = JSON.stringify([manifestsOf(resources), resources.map((resource) => maskSecrets(resource))]);
      const shown = planted.map(({ name }) => generatedSecret(name)).filter((secret) => text.includes(secret));
      assert.deepEqual(shown, []);
      // Base64 and hexadecimal hide nothing.
      for (const encoding of ["base64", "hex"] as const)
        for (const { name } of planted) {
          const encoded = Buffer.from(generatedSecret(name)).toString(encoding).replace(/=+$/, "").slice(0, -2);
          assert.ok(!text.includes(encoded), name);
        }
    });
  });
}
