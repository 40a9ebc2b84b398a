import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { kubeconfigIn } from "../../../../local/cluster/launch.ts";
import { sharedFolder } from "../../../../local/cluster/state.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { chosenCluster } from "../../../../local/stack/chosenCluster.ts";

/** A kubeconfig with one context, "production". */
function kubeconfig(server: string, more: object = {}, current = "production"): string {
  const file = join(temporaryFolder("kubeconfig"), "config");
  const document = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": current },
    clusters: [{ name: "one", cluster: { server, ...more } }],
    contexts: [{ name: "production", context: { cluster: "one", user: "one" } }],
    users: [{ name: "one", user: {} }],
  };
  writeFileSync(file, stringify(document));
  return file;
}

describe("the cluster that is meant", () => {
  for (const KUBECONFIG of [undefined, "", kubeconfigIn(sharedFolder)])
    it(`is the one of make cluster, running or not, for KUBECONFIG ${KUBECONFIG === undefined ? "unset" : `"${KUBECONFIG}"`}`, () => {
      const { isOwn, kubeconfigFile } = chosenCluster({ KUBECONFIG, JOBSPRINT_CONTEXT: "other" });
      assert.deepEqual([isOwn, kubeconfigFile], [true, kubeconfigIn(sharedFolder)]);
    });

  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const own = addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
  for (const server of ["127.0.0.1:6443", "127.1.2.3", "localhost:80", "0.0.0.0:6443", "[::1]:6443", own])
    it(`is KUBECONFIG's where that is on this machine: ${server === own ? "its own address" : server}`, () => {
      const KUBECONFIG = kubeconfig(`https://${server}`);
      const { isOwn, kubeconfigFile, text } = chosenCluster({ KUBECONFIG });
      assert.deepEqual([isOwn, kubeconfigFile, text], [false, KUBECONFIG, `context "production" at https://${server}`]);
    });

  it("is the one of make cluster by a link to its kubeconfig and by a copy, not by its address alone", () => {
    const authority = (text: string): object => ({
      "certificate-authority-data": Buffer.from(text).toString("base64"),
    });
    const server = "https://198.18.0.2:6443";
    const ownFile = kubeconfig(server, authority("one"));
    const link = `${ownFile}.link`;
    symlinkSync(ownFile, link);
    for (const KUBECONFIG of [link, kubeconfig(server, authority("one"))]) {
      const { isOwn, kubeconfigFile } = chosenCluster({ KUBECONFIG }, ownFile);
      assert.deepEqual([isOwn, kubeconfigFile], [true, ownFile]);
    }
    // An earlier cluster had the same address.
    const KUBECONFIG = kubeconfig(server, authority("other"));
    assert.throws(() => chosenCluster({ KUBECONFIG }, ownFile), /refused, context "production" at/);
  });

  const proxied = { "proxy-url": "http://bastion:3128" };
  for (const { server, more = {} } of [
    { server: "https://api.example.com" },
    { server: "https://127.0.0.1.example.com" },
    { server: "https://203.0.113.7:6443" },
    { server: "https://127.0.0.1:6443", more: proxied },
  ])
    it(`is refused elsewhere, unless its context is named: ${server}${more === proxied ? " by a proxy" : ""}`, () => {
      const KUBECONFIG = kubeconfig(server, more);
      assert.throws(() => chosenCluster({ KUBECONFIG }), {
        message: `refused, context "production" at ${server}: it is not on this machine; set JOBSPRINT_CONTEXT=production if this cluster is meant`,
      });
      assert.equal(chosenCluster({ KUBECONFIG, JOBSPRINT_CONTEXT: "production" }).kubeconfigFile, KUBECONFIG);
    });

  it("is refused when another context is named, wherever it is", () => {
    const KUBECONFIG = kubeconfig("https://127.0.0.1:6443");
    assert.throws(
      () => chosenCluster({ KUBECONFIG, JOBSPRINT_CONTEXT: "kind-kind" }),
      /at https:\/\/127\.0\.0\.1:6443: JOBSPRINT_CONTEXT names "kind-kind"; set JOBSPRINT_CONTEXT=production/,
    );
  });

  it("needs a file with a current context", () => {
    assert.throws(() => chosenCluster({ KUBECONFIG: "/nowhere" }), /^Error: there is no \/nowhere, which KUBECONFIG/);
    const KUBECONFIG = kubeconfig("https://127.0.0.1", {}, "");
    assert.throws(() => chosenCluster({ KUBECONFIG }), /has no current context/);
  });
});
