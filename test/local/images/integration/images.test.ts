import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clusterRecipes } from "../../../../local/images/clusterImages.ts";
import { upstreamVersion, type Debian } from "../../../../local/images/debianFiles.ts";
import { parseStatus, readStatus } from "../../../../local/images/debianPackages.ts";
import { writeImageArchive } from "../../../../local/images/imageArchive.ts";
import { buildImages, type ImageArchive } from "../../../../local/images/images.ts";
import { stackReferences } from "../../../../local/images/references.ts";
import { serverImages, serverRecipes } from "../../../../local/images/serverImages.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { serverRootfs } from "../../../../local/servers/rootfs.ts";
import { skipWithoutRoot } from "../../../support/skipWithoutRoot.ts";
import { runInPod, unpackImage, type ImageRoot } from "../support/imageRoot.ts";

interface PodSpec {
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly containers: readonly { readonly image: string; readonly command?: readonly string[] }[];
  readonly initContainers?: PodSpec["containers"];
}

/** Every pod that the program makes for the local stack. */
function podSpecs(value: unknown): PodSpec[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(podSpecs);
  return "containers" in value ? [value as PodSpec, ...below] : below;
}
const golden = join(repositoryRoot, "test", "fixtures", "golden", "local.json");

describe("the images of the local stack", function () {
  this.timeout(240_000);
  let debian: Debian;
  let images: readonly ImageArchive[];

  before(async function () {
    skipWithoutRoot(this);
    // The first run on a machine builds what is inside.
    this.timeout(3_600_000);
    images = await buildImages();
    const root = await serverRootfs();
    debian = { root, packages: parseStatus(readStatus(root)) };
  });

  it("are all there, by the names of Pulumi.local.yaml", () => {
    const built = images.map(({ reference }) => reference);
    assert.deepEqual(
      Object.values(stackReferences()).filter((reference) => !built.includes(reference)),
      [],
    );
  });

  it("bear the true versions of the servers", () => {
    for (const [key, { packages }] of Object.entries(serverImages)) {
      const tag = stackReferences()[key]?.replace(/^.*:/, "") ?? "";
      const version = upstreamVersion(debian, packages[0]);
      assert.ok(version === tag || version.startsWith(`${tag}.`), `${key}: ${tag} is not ${version}`);
    }
  });

  it("have what the program's pods run, for the user that they run as", async () => {
    const pods = podSpecs(JSON.parse(readFileSync(golden, "utf8")));
    assert.notEqual(pods.length, 0);
    const roots = new Map<string, ImageRoot>();
    for (const { securityContext, containers, initContainers = [] } of pods)
      for (const { image: reference, command = [] } of [...initContainers, ...containers]) {
        const image = images.find((one) => one.reference === reference);
        assert.ok(image, reference);
        const unpacked = roots.get(reference) ?? (await unpackImage(image));
        roots.set(reference, unpacked);
        assert.equal(unpacked.config.User, `${securityContext.runAsUser}:${securityContext.runAsGroup}`, reference);
        const [program] = command;
        // Every program of ours knows an option that does nothing; env finds it as the container runtime does.
        if (program !== undefined && program !== "sh") await runInPod(unpacked, {}, program, "--version");
      }
  });

  it("are the same, byte for byte, when they are built again", async () => {
    const [cluster, servers] = [await clusterRecipes(debian), serverRecipes(debian, stackReferences())];
    for (const recipes of [cluster, servers]) {
      const again = await writeImageArchive(recipes, debian.root, join(temporaryFolder("again"), "images.tar"));
      for (const { reference, digest } of again)
        assert.equal(digest, images.find((one) => one.reference === reference)?.digest, reference);
    }
  });

  it("are not built again when nothing has changed", async () => {
    assert.deepEqual(await buildImages(), images);
  });
});
