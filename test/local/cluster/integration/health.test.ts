import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isUsable } from "../../../../local/cluster/health.ts";
import { kubeconfigIn } from "../../../../local/cluster/launch.ts";
import { clusterNetwork } from "../../../../local/cluster/network.ts";
import { writeState } from "../../../../local/cluster/state.ts";
import { identify, type ProcessIdentity } from "../../../../local/processIdentity.ts";

describe("whether a cluster can be used", function () {
  this.timeout(30_000);
  let folder = "";
  let server: Server;
  let answers: ((response: ServerResponse) => void)[] = [];

  const node = (status: string) => (response: ServerResponse) => {
    const items = [{ metadata: { name: "node" }, status: { conditions: [{ type: "Ready", status }] } }];
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ kind: "NodeList", apiVersion: "v1", items }));
  };
  const nothing = (): void => undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "cluster-"));
    // Each answer once, the last one for ever.
    server = createServer((_, response) => (answers.length > 1 ? answers.shift() : answers[0])?.(response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const kubeconfig = {
      ...{ apiVersion: "v1", kind: "Config", "current-context": "c", users: [{ name: "u", user: {} }] },
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    };
    writeFileSync(kubeconfigIn(folder), JSON.stringify(kubeconfig));
    runs(identify(process.pid) ?? assert.fail());
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function runs(supervisor: ProcessIdentity): void {
    writeState(folder, { ...clusterNetwork(0), supervisor, cgroup: "none" });
  }

  it("is told at once of one that is ready", async () => {
    answers = [node("True")];
    assert.equal(await isUsable(folder), true);
  });

  it("is asked again while the node is not ready for a moment", async () => {
    answers = [node("False"), (response) => response.destroy(), node("True")];
    assert.equal(await isUsable(folder), true);
  });

  it("fails where an API server hangs, instead of having its data thrown away", async () => {
    answers = [nothing];
    await assert.rejects(isUsable(folder, 1), /runs, but had no ready node for 1 s.*make cluster-down/);
  });

  it("is denied of one whose process is dead", async () => {
    answers = [nothing];
    runs({ pid: process.pid, startTime: "another" });
    assert.equal(await isUsable(folder), false);
  });
});
