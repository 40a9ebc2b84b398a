import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { temporaryFolder } from "../../../../local/process.ts";

describe("the connection to the API server", () => {
  it("never speaks HTTP/2, whose sessions spin when a server goes away", () => {
    const file = join(temporaryFolder("client"), "kubeconfig");
    const cluster = { name: "c", cluster: { server: "https://127.0.0.1:1", "certificate-authority-data": "Q0E=" } };
    const context = { name: "x", context: { cluster: "c", user: "u" } };
    const config = {
      clusters: [cluster],
      users: [{ name: "u", user: {} }],
      contexts: [context],
      "current-context": "x",
    };
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "Config", ...config }));
    const kubeConfig = loadKubeConfig(file);
    const options = kubeConfig.createDispatcherOptions(kubeConfig.getCurrentCluster(), { ca: "CA" });
    assert.ok(options.type === "agent");
    assert.equal("allowH2" in options.connect && options.connect.allowH2, false);
    assert.equal(options.connect.ca, "CA");
  });
});
