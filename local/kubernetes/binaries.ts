import { existsSync } from "node:fs";
import { join } from "node:path";
import { goBuild, type GoProgram } from "../go/goBuild.ts";

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
  kwok: { module: "kwok", versionOf: "sigs.k8s.io/kwok", packages: ["sigs.k8s.io/kwok/cmd/kwok"] },
  "metrics-server": {
    module: "metricsserver",
    versionOf: "sigs.k8s.io/metrics-server",
    packages: ["sigs.k8s.io/metrics-server/cmd/metrics-server"],
  },
} as const satisfies Record<string, GoProgram>;

/** Executable → the build that makes it. */
const programs = {
  etcd: "etcd",
  "kube-apiserver": "control-plane",
  "kube-controller-manager": "control-plane",
  "kube-scheduler": "control-plane",
  kubectl: "kubectl",
  kwok: "kwok",
  "metrics-server": "metrics-server",
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
  const build = programs[program];
  return join(await goBuild(build, builds[build]), program);
}
