import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { buildImages, type ImageArchive } from "../../../../local/images/images.ts";
import { skipWithoutRoot } from "../../../support/skipWithoutRoot.ts";
import { until } from "../../../support/until.ts";
import { runInPod, startInPod, unpackImage, type ImageRoot } from "../support/imageRoot.ts";

describe("our own images, as their pods' users, read-only, without a network", function () {
  this.timeout(240_000);
  let images: readonly ImageArchive[];

  before(async function () {
    skipWithoutRoot(this);
    // The first run on a machine builds what is inside.
    this.timeout(3_600_000);
    images = await buildImages();
  });

  const unpacked = async (name: string): Promise<ImageRoot> => {
    const image = images.find(({ reference }) => reference.includes(`/${name}:`));
    assert.ok(image, name);
    return unpackImage(image);
  };

  for (const { name, command, misses } of [
    { name: "autoscaler", command: [], misses: /\/etc\/autoscaler\/config\.yaml/ },
    { name: "api-gateway", command: [], misses: /DATABASE_HOST/ },
    { name: "workflow-worker", command: [], misses: /DATABASE_HOST|AMQP_URL/ },
    { name: "runtime", command: ["node", "/app/schema.js", "migrate"], misses: /DATABASE_HOST/ },
  ])
    it(`${name} starts, and says what it is not told`, async () => {
      await assert.rejects(runInPod(await unpacked(name), {}, ...command), misses);
    });

  it("the autoscaler takes a command of its own in place of the usual one", async () => {
    const image = await unpacked("autoscaler");
    const help = await runInPod({ ...image, config: { ...image.config, Cmd: ["--help"] } }, {});
    assert.match(help, /run/);
  });

  it("the program of a pod's sandbox stays, and ends when it is asked to", async () => {
    const pause = startInPod("pause", await unpacked("pause"), {});
    const name = (): string => readFileSync(`/proc/${pause.pid}/comm`, "utf8");
    await until("it runs", () => name() === "catatonit\n");
    await pause.stop();
    assert.notEqual(pause.exit()?.signal, "SIGKILL");
  });
});
