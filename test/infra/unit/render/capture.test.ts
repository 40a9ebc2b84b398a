import assert from "node:assert/strict";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { manifestsOf } from "../../../../infra/render/manifests.ts";
import { maskSecrets } from "../../../../infra/render/mask.ts";
import { generatedSecret } from "../../../../infra/render/outputs.ts";

class Parent extends pulumi.ComponentResource {
  constructor() {
    super("test:index:Parent", "parent");
    const password = new random.RandomPassword("parent-password", { length: 20 }, { parent: this });
    new kubernetes.core.v1.ConfigMap(
      "parent-map",
      {
        metadata: { namespace: "here", annotations: { "example.com/note": "open" } },
        data: { "user.name": "somebody", "pass.word": password.result },
      },
      { parent: this, protect: true, ignoreChanges: ["metadata.annotations"], dependsOn: [password] },
    );
    this.registerOutputs();
  }
}

const find = (resources: readonly CapturedResource[], wanted: string): CapturedResource => {
  const found = resources.find(({ name }) => name === wanted);
  assert.ok(found, wanted);
  return found;
};

/** Kubernetes takes the data of a Secret in no other form. */
const base64 = Buffer.from("[secret]").toString("base64");

describe("a captured program", function () {
  this.timeout(60_000);
  let resources: readonly CapturedResource[];

  before(async () => {
    ({ resources } = await capture(() => new Parent()));
  });

  it("tells options that the mocks hide", () => {
    const { parent, opts } = find(resources, "parent-map");
    assert.match(parent, /test:index:Parent::parent$/);
    assert.equal(opts.protect, true);
    assert.deepEqual(opts.ignoreChanges, ["metadata.annotations"]);
    assert.ok(opts.dependsOn.some((urn) => urn.endsWith("::parent-password")));
  });

  it("has secrets in clear, and says where they are", () => {
    const { props, secretPaths } = find(resources, "parent-map");
    assert.deepEqual(props["data"], {
      "user.name": "somebody",
      "pass.word": generatedSecret("parent-password"),
    });
    assert.deepEqual(secretPaths, ["data.pass\\.word"]);
  });

  it("is shown with secrets masked and nothing else", () => {
    const masked = maskSecrets(find(resources, "parent-map"));
    assert.deepEqual(masked["data"], { "user.name": "somebody", "pass.word": base64 });
  });

  it("has manifests of its Kubernetes objects alone, each with a name", () => {
    const [manifest, ...others] = manifestsOf(resources);
    assert.deepEqual(others, []);
    assert.equal(manifest?.kind, "ConfigMap");
    assert.equal(manifest.metadata.name, "parent-map");
  });

  it("masks a whole object key by key, since its keys are no secret", () => {
    const secret = find(resources, "parent-map");
    const whole = { ...secret, props: { stringData: { key: "value" } }, secretPaths: ["stringData"] };
    assert.deepEqual(maskSecrets(whole), { stringData: { key: "[secret]" } });
  });

  it("leaves outputs unknown in a preview", async () => {
    const preview = await capture(() => new Parent(), { preview: true });
    const { props } = find(preview.resources, "parent-map");
    assert.equal((props["metadata"] as { namespace: string }).namespace, "here");
  });

  const failures: { name: string; program: () => unknown; says: RegExp }[] = [
    {
      name: "throws",
      program: () => {
        throw new Error("in the program");
      },
      says: /in the program/,
    },
    {
      name: "fails in the background",
      program: () => new random.RandomPassword("later", { length: Promise.reject(new Error("in an input")) }),
      says: /in an input/,
    },
  ];
  for (const { name, program, says } of failures) {
    it(`fails when the program ${name}`, async () => {
      await assert.rejects(capture(program), says);
    });
  }
});
