import { globSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { runCommand } from "../command.ts";
import { repositoryRoot } from "../paths.ts";
import { accountFiles } from "./accounts.ts";
import type { Debian } from "./debianFiles.ts";
import { librariesLayer } from "./debianLayers.ts";
import { instructions, readStages, type Instruction } from "./dockerfile.ts";
import { pathWith, type ImageConfig, type ImageRecipe, type Layer, type OwnFile } from "./imageRecipe.ts";

/** Key in Pulumi.local.yaml → its Dockerfile, of which the image here is another build. */
const dockerfiles: Readonly<Record<string, string>> = {
  apiGateway: "services/api-gateway/Dockerfile",
  workflowWorker: "services/workflow-worker/Dockerfile",
  autoscaler: "autoscaler/Dockerfile",
  runtime: "build/schema/Dockerfile",
};

/** Where the distroless base has it. */
const nodeFolder = "/nodejs/bin";

/** A Dockerfile of ours: a stage that bundles, and one with what runs. */
interface Recipe {
  readonly build: readonly Instruction[];
  readonly runtime: readonly Instruction[];
}

/** Name and content of every file of the repository that our images are made of: what their Dockerfiles copy. */
export function programSources(): string[] {
  const copied = Object.values(dockerfiles).flatMap((dockerfile) => [
    dockerfile,
    ...readStages(dockerfile)
      .flat()
      .filter(isOwnCopy)
      .flatMap(({ args }) => args.slice(0, -1)),
  ]);
  const files = copied.flatMap((path) => globSync(path.replace(/\/$/, "/**/*.*"), { cwd: repositoryRoot }));
  return [...new Set(files)].sort().flatMap((path) => [path, readFileSync(join(repositoryRoot, path), "utf8")]);
}

/** Recipes of our own images; the bundles are written into the folder. */
export async function programRecipes(
  debian: Debian,
  references: Readonly<Record<string, string>>,
  folder: string,
): Promise<ImageRecipe[]> {
  const libraries = librariesLayer(debian);
  const node: Layer = { name: "node", own: { [`${nodeFolder.slice(1)}/node`]: { from: process.execPath } } };
  const wanted = Object.entries(dockerfiles).filter(([key]) => references[key] !== undefined);
  return Promise.all(
    wanted.map(async ([key, dockerfile]): Promise<ImageRecipe> => {
      const [build = [], runtime = []] = readStages(dockerfile);
      const bundle = join(folder, key);
      await bundleInto(bundle, build);
      const config = configOf(runtime);
      const own = {
        ...accountFiles({ name: "nonroot", id: Number(config.User.split(":")[0]) }),
        ...copied(runtime, bundle),
      };
      return { reference: references[key] ?? "", layers: [libraries, node, { name: key, own }], config };
    }),
  );
}

/** What the build stage runs last, with another folder to write to. */
async function bundleInto(folder: string, build: Recipe["build"]): Promise<void> {
  const command = instructions(build, "RUN").at(-1)?.args[0]?.split(" ") ?? [];
  const [program, script = "", name = ""] = command;
  if (program !== "node" || command.length !== 3)
    throw new Error(
      `the build stage must end with "node build/main.ts <program>", not ${JSON.stringify(command.join(" "))}`,
    );
  await runCommand(process.execPath, [join(repositoryRoot, script), name, folder]);
}

/** The files that the runtime stage copies into the image, by their paths there. */
function copied(runtime: Recipe["runtime"], bundle: string): Record<string, OwnFile> {
  const files = instructions(runtime, "COPY").flatMap((copy) => {
    const target = (copy.args.at(-1) ?? "").slice(1);
    if (isOwnCopy(copy)) return copy.args.slice(0, -1).map((path) => [join(target, path), join(repositoryRoot, path)]);
    return filesBelow(bundle).map((path) => [join(target, relative(bundle, path)), path]);
  });
  return Object.fromEntries(files.map(([path = "", from = ""]) => [path, { from }]));
}

function configOf(runtime: Recipe["runtime"]): ImageConfig {
  const words = (keyword: string): readonly string[] => instructions(runtime, keyword).flatMap(({ args }) => args);
  const command = words("CMD");
  return {
    User: words("USER")[0] ?? "",
    // Both bases have Node on the path, each at its own place.
    Env: [pathWith(nodeFolder), ...words("ENV")],
    Entrypoint: words("ENTRYPOINT"),
    ...(command.length > 0 && { Cmd: command }),
  };
}

const isOwnCopy = ({ keyword, flags }: Instruction): boolean => keyword === "COPY" && flags.length === 0;

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
