import { existsSync } from "node:fs";
import { join } from "node:path";
import { goBuild, pinnedVersion, type GoProgram } from "../go/goBuild.ts";
import { moduleBuild, type GoModule } from "../go/moduleBuild.ts";

const version = "k8s.io/component-base/version";

// Without these variables the API server reports v0.0.0, and clients refuse features by version.
const kubernetes = {
  module: "controlplane",
  versionOf: "k8s.io/kubernetes",
  linkerVariables: {
    [`${version}.gitVersion`]: "VERSION",
    [`${version}.gitMajor`]: "MAJOR",
    [`${version}.gitMinor`]: "MINOR",
  },
};

// Built together: one module, and nobody needs one of them without the others.
const controlPlane: GoProgram = {
  ...kubernetes,
  packages: ["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map(
    (name) => `k8s.io/kubernetes/cmd/${name}`,
  ),
};

/** Name in the cache → how it is built. */
const builds = {
  etcd: { module: "etcd", versionOf: "go.etcd.io/etcd/server/v3", packages: ["."] },
  "control-plane": controlPlane,
  kubectl: { ...kubernetes, packages: ["k8s.io/kubernetes/cmd/kubectl"] },
  // Apart from the control plane, which is of use without a real node.
  node: { ...kubernetes, packages: ["kubelet", "kube-proxy"].map((name) => `k8s.io/kubernetes/cmd/${name}`) },
  coredns: { module: "coredns", versionOf: "github.com/coredns/coredns", packages: ["."] },
  kwok: { module: "kwok", versionOf: "sigs.k8s.io/kwok", packages: ["sigs.k8s.io/kwok/cmd/kwok"] },
  "metrics-server": {
    module: "metricsserver",
    versionOf: "sigs.k8s.io/metrics-server",
    packages: ["sigs.k8s.io/metrics-server/cmd/metrics-server"],
  },
  // These two are built as the main modules of their own source, whose pins are older than the rest's.
  "kube-router": {
    path: "github.com/cloudnativelabs/kube-router/v2",
    version: "v2.1.0",
    sum: "h1:xWsptKtmZ44L+NjwFKoFAFlVdxCz8fka9A/eYJe95Ok=",
    package: "./cmd/kube-router",
  },
  "local-path-provisioner": {
    path: "github.com/rancher/local-path-provisioner",
    version: "v0.0.30",
    sum: "h1:OkiuofkCSscddl7tma/B9Ox1wu+JEVSrP7IcZI65Ggo=",
    package: ".",
  },
} as const satisfies Record<string, GoProgram | GoModule>;

/** Executable → the build that makes it. */
const programs = {
  etcd: "etcd",
  "kube-apiserver": "control-plane",
  "kube-controller-manager": "control-plane",
  "kube-scheduler": "control-plane",
  kubectl: "kubectl",
  kubelet: "node",
  "kube-proxy": "node",
  kwok: "kwok",
  "metrics-server": "metrics-server",
  coredns: "coredns",
  "kube-router": "kube-router",
  "local-path-provisioner": "local-path-provisioner",
} as const satisfies Record<string, keyof typeof builds>;

/** A program that `binary` can provide, by the name of its executable. */
export type Program = keyof typeof programs;

/**
 * Path of a Kubernetes program: the one in the folder KUBEBUILDER_ASSETS if it is there, else built from its pinned Go
 * module (minutes the first time, then kept).
 */
export async function binary(program: Program): Promise<string> {
  // One program at a time: the folder of the Kubernetes test tools holds only some of these.
  const assets = process.env["KUBEBUILDER_ASSETS"];
  if (assets !== undefined && existsSync(join(assets, program))) return join(assets, program);
  const name = programs[program];
  const build: GoProgram | GoModule = builds[name];
  const folder = "module" in build ? await goBuild(name, build) : await moduleBuild(name, build);
  return join(folder, program);
}

/** The version that is built of a program, for example "v1.36.3". */
export function programVersion(program: Program): string {
  const build: GoProgram | GoModule = builds[programs[program]];
  return "module" in build ? pinnedVersion(build) : build.version;
}
