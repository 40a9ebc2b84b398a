import { awsProviderFolder } from "./aws/provider.ts";
import { tofuBinary } from "./aws/tofu.ts";
import { nodePrograms } from "./cluster/cluster.ts";
import { pulumiBinary } from "./engine/pulumi.ts";
import { buildImages } from "./images/images.ts";
import { binary, type Program } from "./kubernetes/binaries.ts";
import { serverRootfs } from "./servers/rootfs.ts";

// One of each Go build is enough: kube-apiserver brings the controller manager and the scheduler.
const programs: readonly Program[] = ["etcd", "kube-apiserver", "kubectl", "kwok", "metrics-server"];

/** What can be built by name. One after the other: each Go build already uses all cores. */
export const parts: Readonly<Record<string, () => Promise<void>>> = {
  async servers() {
    await serverRootfs();
  },
  async kubernetes() {
    for (const program of programs) await binary(program);
  },
  async pulumi() {
    await pulumiBinary();
  },
  async aws() {
    await tofuBinary();
    await awsProviderFolder();
  },
  async images() {
    await buildImages();
  },
  async cluster() {
    for (const program of nodePrograms) await binary(program);
  },
};

/** What a build without names makes, in order. */
export interface UsualParts {
  readonly names: readonly string[];
  /** A sentence about what is not built here; absent when all of it is. */
  readonly leftOut?: string;
}

const anywhere = ["kubernetes", "pulumi"];

/** By chroot and mounts; the images after the cluster, whose programs some of them hold. */
const asRoot = ["servers", "cluster", "images"];

/**
 * All that the tests need, so that none of them begins with a build of a quarter of an hour. Without `aws`, which takes half
 * an hour and only `make verify-aws` needs.
 */
export function usualParts(isRoot = process.getuid?.() === 0): UsualParts {
  if (isRoot) return { names: [...anywhere, ...asRoot] };
  return { names: anywhere, leftOut: `without root not built: ${asRoot.join(", ")}; what runs on them needs root` };
}
