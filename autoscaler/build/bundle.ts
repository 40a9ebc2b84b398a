/** The autoscaler and all it imports as one file, with its source map and the licences of what is inside beside it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { bundledPackages, licenceText, type BundledPackage } from "./licences.ts";

const autoscaler = join(import.meta.dirname, "..");

export const bundleFiles = {
  program: "autoscaler.mjs",
  sourceMap: "autoscaler.mjs.map",
  /** Licence comments that the packages' files carry themselves. */
  legalComments: "autoscaler.mjs.LEGAL.txt",
  /** Name, version and licence of every package inside. */
  licences: "LICENCES.txt",
} as const;

export interface Bundle {
  /** Bytes of each file. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly packages: readonly BundledPackage[];
}

/** Writes the bundle into the folder, made where missing. Throws on a warning too: nobody reads those of an image's build. */
export async function bundle(folder: string): Promise<Bundle> {
  const { metafile, warnings } = await build({
    absWorkingDir: autoscaler,
    entryPoints: ["src/main.ts"],
    outfile: join(folder, bundleFiles.program),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    // Colours for a terminal: debug takes the package where it happens to be installed, as it is by development tools.
    external: ["supports-color"],
    // Half the text for V8 to hold in memory; names stay, so that a stack trace can be read without the map.
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "external",
    metafile: true,
    logLevel: "silent",
    // CommonJS packages call require() for Node's own modules, which an ES module does not have.
    banner: { js: 'import{createRequire as requireOf}from"node:module";const require=requireOf(import.meta.url);' },
  });
  const [warning] = warnings;
  if (warning !== undefined) throw new Error(`${warning.location?.file ?? "esbuild"}: ${warning.text}`);
  const packages = await bundledPackages(packageFolders(metafile));
  await writeFile(join(folder, bundleFiles.licences), licenceText(packages));
  return { bytes: sizes(metafile), packages };
}

/** Folders of the packages of which at least one byte is inside. */
function packageFolders(metafile: Metafile): string[] {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
    .filter((path) => path !== undefined);
  return [...new Set(folders)].map((path) => join(autoscaler, path));
}

function sizes(metafile: Metafile): Record<string, number> {
  const entries = Object.entries(metafile.outputs).map(([path, { bytes }]) => [path.replace(/^.*\//, ""), bytes]);
  return Object.fromEntries(entries) as Record<string, number>;
}
