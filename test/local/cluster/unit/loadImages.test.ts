import assert from "node:assert/strict";
import { loadedImages, noteImages } from "../../../../local/cluster/loadImages.ts";
import { temporaryFolder } from "../../../../local/process.ts";

const image = (reference: string, digest: string) => ({ reference, digest, sizeBytes: 1, archive: "/images.tar" });

describe("the images that a cluster has", () => {
  it("are none before any was noted, then each with its digest", () => {
    const folder = temporaryFolder("cluster");
    assert.deepEqual(loadedImages(folder), new Map());
    noteImages(folder, [image("localhost:5000/one:1", "sha256:aa"), image("two:2", "sha256:bb")]);
    const expected = new Map([
      ["localhost:5000/one:1", "sha256:aa"],
      ["two:2", "sha256:bb"],
    ]);
    assert.deepEqual(loadedImages(folder), expected);
  });
});
