import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { AppsV1Api } from "@kubernetes/client-node";
import { bundle } from "../../../../build/bundle.ts";
import { programs } from "../../../../build/programs.ts";
import { createImage, startInImage, type Image } from "../../../../local/image/root.ts";
import { scene, startScene, untilReady, writeConfiguration, type Scene } from "../../../../local/image/scene.ts";
import { loadKubeConfig } from "../../../../local/kubernetes/apply.ts";
import { freePort, temporaryFolder, type ManagedProcess } from "../../../../local/process.ts";
import { until } from "../../../support/until.ts";
import { instructions, readStages } from "../../../../local/images/dockerfile.ts";

describe("the service in a root file system like the image's", function () {
  this.timeout(240_000);
  let parts: Scene;
  let image: Image;
  let service: ManagedProcess;
  let url: string;

  before(async () => {
    const app = temporaryFolder("bundle");
    await bundle(programs.autoscaler(), app);
    parts = await startScene();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const mounted = "/etc/autoscaler";
    const places = { port, usernameFile: `${mounted}/username`, passwordFile: `${mounted}/password` };
    const { usernameFile: username, passwordFile: password } = parts.broker;
    const config = writeConfiguration(parts.broker, { ...places, decisionLog: "/data/decisions.ndjson" });
    const files = { "config.yaml": config, username, password, kubeconfig: parts.kubeconfigFile };
    image = await createImage(app, files);
    const [, runtime = []] = readStages("autoscaler/Dockerfile");
    const entrypoint = instructions(runtime, "ENTRYPOINT")[0]?.args ?? [];
    const command = [...entrypoint, "run", "--config", `${mounted}/config.yaml`];
    const env = { KUBECONFIG: `${mounted}/kubeconfig` };
    service = await startInImage(image, command, { env, folder: temporaryFolder("service") });
    await untilReady(service, port);
  });

  after(async () => {
    await service.stop();
    await parts.stop();
  });

  const log = (): string => readFileSync(service.logFile, "utf8");

  it("scales the Deployment by the broker's backlog", async () => {
    const apps = loadKubeConfig(parts.kubeconfigFile).makeApiClient(AppsV1Api);
    const { name, namespace, expectedReplicas } = scene;
    await until("the backlog has its replicas", async () => {
      const { spec } = await apps.readNamespacedDeployment({ name, namespace });
      return spec?.replicas === expectedReplicas;
    });
  });

  it("answers with its decision and its metrics", async () => {
    const { targets } = (await (await fetch(`${url}/v1/targets`)).json()) as { targets: { at: number | null }[] };
    assert.equal(typeof targets[0]?.at, "number");
    assert.match(await (await fetch(`${url}/metrics`)).text(), /^process_resident_memory_bytes \d/m);
  });

  it("runs as the image's user", () => {
    const status = readFileSync(`/proc/${service.pid}/status`, "utf8");
    assert.match(status, /^Uid:\t65532\t65532\t65532\t65532$/m);
    assert.match(status, /^CapEff:\t0+$/m);
  });

  it("ends well at SIGTERM as process without a shell, and has written to its data folder alone", async () => {
    await service.stop("SIGTERM", 20);
    assert.deepEqual(service.exit(), { code: 0, signal: null });
    assert.deepEqual(readdirSync(image.data), ["decisions.ndjson"]);
    assert.match(readFileSync(join(image.data, "decisions.ndjson"), "utf8"), /"desiredReplicas":3/);
    assert.doesNotMatch(log(), /EROFS|EACCES|ENOENT/);
  });
});
