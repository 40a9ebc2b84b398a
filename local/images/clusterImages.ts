import { binary, programVersion } from "../kubernetes/binaries.ts";
import { accountFiles } from "./accounts.ts";
import type { Debian } from "./debianFiles.ts";
import { librariesLayer, shellLayer } from "./debianLayers.ts";
import { pathWith, type ImageRecipe } from "./imageRecipe.ts";

const repository = "localhost/jobsprint";
const account = { name: "nonroot", id: 65_532 };

/** The cluster's own pods: each one static program. */
export const addonPrograms = ["coredns", "local-path-provisioner"] as const;

/** What holds a pod's namespaces, a shell for the helper pods of the provisioner of volumes, and the cluster's own pods. */
export async function clusterRecipes(debian: Debian): Promise<ImageRecipe[]> {
  return [
    ...(await Promise.all(addonPrograms.map(addonRecipe))),
    {
      reference: `${repository}/pause:1`,
      // A static program: it reaps what a pod's processes leave behind and ends at SIGTERM.
      layers: [{ name: "pause", debian: ["usr", "usr/bin", "usr/bin/catatonit"] }],
      config: { User: "65535:65535", Env: [], Entrypoint: ["/usr/bin/catatonit", "-P"] },
    },
    {
      reference: `${repository}/base:1`,
      layers: [librariesLayer(debian), shellLayer(debian)],
      // The helper pods make folders on the node, which belong to root.
      config: { User: "0:0", Env: [pathWith()], Cmd: ["sh"] },
    },
  ];
}

async function addonRecipe(program: (typeof addonPrograms)[number]): Promise<ImageRecipe> {
  const files = { ...accountFiles(account), [`usr/bin/${program}`]: { from: await binary(program) } };
  return {
    reference: `${repository}/${program}:${programVersion(program)}`,
    layers: [{ name: program, own: files }],
    config: { User: `${account.id}:${account.id}`, Env: [pathWith()], Entrypoint: [program] },
  };
}
