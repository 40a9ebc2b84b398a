import assert from "node:assert/strict";
import { containerdConfiguration } from "../../../../local/node/containerd.ts";
import { kubeletConfiguration } from "../../../../local/node/kubelet.ts";
import { kubeProxyConfiguration } from "../../../../local/node/kubeProxy.ts";
import { manifest } from "../../../../local/node/manifests.ts";
import { podNetworkConfiguration } from "../../../../local/node/podNetwork.ts";

describe("the configurations of a node", () => {
  it("tell the kubelet its runtime, its control group and the cluster's names, and to keep images", () => {
    const options = {
      folder: "/f",
      nodeAddress: "198.18.0.2",
      dnsAddress: "198.19.0.138",
      cgroupRoot: "/jobsprint-0/pods",
    };
    const kubelet = kubeletConfiguration(options, "/ca.crt", { certFile: "/k.crt", keyFile: "/k.key" });
    assert.partialDeepStrictEqual(kubelet, {
      kind: "KubeletConfiguration",
      containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
      cgroupRoot: "/jobsprint-0/pods",
      clusterDNS: ["198.19.0.138"],
      tlsCertFile: "/k.crt",
      authentication: { anonymous: { enabled: false }, x509: { clientCAFile: "/ca.crt" } },
      authorization: { mode: "Webhook" },
      imageGCHighThresholdPercent: 100,
      failCgroupV1: false,
    });
  });

  it("have fewer pods than addresses for them", () => {
    const options = { folder: "/f", nodeAddress: "", dnsAddress: "", cgroupRoot: "" };
    const { maxPods } = kubeletConfiguration(options, "", { certFile: "", keyFile: "" }) as { maxPods: number };
    // A /25 without network, gateway and broadcast.
    assert.ok(maxPods >= 110 && maxPods <= 125);
  });

  it("keep containerd within its folder, and let it run without the right to lower an OOM score", () => {
    const text = containerdConfiguration({ folder: "/f", root: "/r", pauseImage: "localhost/pause:1" });
    for (const line of ['root = "/r"', 'path = "/f/opt"', 'conf_dir = "/f/cni"', "restrict_oom_score_adj = true"])
      assert.ok(text.includes(line), line);
  });

  it("show pods each other's real addresses", () => {
    const { plugins } = JSON.parse(podNetworkConfiguration("198.19.0.0/25", "/d")) as { plugins: object[] };
    assert.partialDeepStrictEqual(plugins[0], {
      type: "bridge",
      ipMasq: false,
      ipam: { ranges: [[{ subnet: "198.19.0.0/25" }]], dataDir: "/d" },
    });
  });

  it("keep kube-proxy's hands off the whole machine's limits", () => {
    const options = { kubeconfig: "/k", podCidr: "198.19.0.0/25", nodeAddress: "198.18.0.2" };
    assert.partialDeepStrictEqual(kubeProxyConfiguration(options), { mode: "nftables", conntrack: { maxPerCore: 0 } });
  });
});

describe("a manifest", () => {
  it("has each value filled in", () => {
    const text = manifest("coredns", { dnsAddress: "198.19.0.138", image: "localhost/coredns:1" });
    assert.match(text, /clusterIP: 198\.19\.0\.138/);
    assert.doesNotMatch(text, /\$\{/);
  });

  it("is refused where a value is missing", () => {
    assert.throws(() => manifest("coredns", { image: "i" }), { message: 'coredns.yaml: no value for "dnsAddress"' });
  });
});
