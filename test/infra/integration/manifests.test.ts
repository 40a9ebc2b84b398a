import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestsOf, type Manifest } from "../../../infra/render/manifests.ts";
import { runCommand } from "../../../local/command.ts";
import { apply } from "../../../local/kubernetes/apply.ts";
import { binary } from "../../../local/kubernetes/binaries.ts";
import { startControlPlane, type ControlPlane } from "../../../local/kubernetes/controlPlane.ts";
import { podsOf } from "../support/pods.ts";
import { resourcesOf, stacks, variants } from "../support/stacks.ts";
import { targetGroupBindingDefinition } from "../support/targetGroupBinding.ts";

/** What others need to exist before the server can judge them. */
const foundations = ["Namespace", "PriorityClass", "ServiceAccount"];

describe("the real API server", function () {
  this.timeout(300_000);
  let cluster: ControlPlane;
  let kubectl: string;

  /** One call for all: `kubectl` tells every refusal, each with its object. */
  async function dryRun(objects: readonly object[]): Promise<string> {
    const file = join(cluster.folder, "objects.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    const flags = ["--server-side", "--dry-run=server", "--validate=strict", "--output=name", "-f", file];
    return runCommand(kubectl, ["--kubeconfig", cluster.kubeconfigFile, "apply", ...flags]);
  }

  async function manifestsOfVariant(variant: (typeof variants)[number]): Promise<Manifest[]> {
    return manifestsOf(await resourcesOf(variant));
  }

  before(async function () {
    this.timeout(30 * 60_000);
    kubectl = await binary("kubectl");
    cluster = await startControlPlane();
    await apply(cluster, JSON.stringify(targetGroupBindingDefinition));
    for (const stack of stacks) {
      const manifests = await manifestsOfVariant({ stack, size: "small" });
      const first = manifests.filter(({ kind }) => foundations.includes(kind));
      await apply(cluster, first.map((manifest) => JSON.stringify(manifest)).join("\n---\n"));
    }
  });

  after(() => cluster.stop());

  for (const variant of variants) {
    it(`accepts every object of ${variant.stack} ${variant.size}, strictly`, async () => {
      const manifests = await manifestsOfVariant(variant);
      const accepted = (await dryRun(manifests)).trim().split("\n");
      assert.equal(accepted.length, manifests.length);
    });

    it(`lets every pod of ${variant.stack} ${variant.size} into its namespace`, async () => {
      // As pods: of a Deployment the server only warns that nobody will ever be able to make its pods.
      const pods = (await manifestsOfVariant(variant)).flatMap(podsOf);
      assert.ok(pods.length > 0);
      assert.equal((await dryRun(pods)).trim().split("\n").length, pods.length);
    });
  }

  it("refuses a field that it does not know", async () => {
    const [first] = (await manifestsOfVariant({ stack: "local", size: "small" })).filter(
      ({ kind }) => kind === "Deployment",
    );
    assert.ok(first);
    const misspelt = structuredClone(first) as unknown as { spec: Record<string, unknown> };
    misspelt.spec["replica"] = 3;
    await assert.rejects(dryRun([misspelt]), /replica/);
  });

  it("refuses a pod that is not restricted", async () => {
    const [pod] = (await manifestsOfVariant({ stack: "local", size: "small" })).flatMap(podsOf);
    assert.ok(pod);
    const privileged = structuredClone(pod);
    Object.assign(privileged.spec, { hostNetwork: true });
    await assert.rejects(dryRun([privileged]), /violates PodSecurity "restricted/);
  });
});
