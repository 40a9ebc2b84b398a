/** A program and all it imports as one file, with its source map and the licences of what is inside beside it. */
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { bundledPackages, licenceText, type BundledPackage } from "./licences.ts";
import { root, type Program } from "./programs.ts";

export interface BundleFiles {
  readonly program: string;
  readonly sourceMap: string;
  /** Licence comments that the packages' files carry themselves. */
  readonly legalComments: string;
  /** Name, version and licence of every package inside. */
  readonly licences: string;
}

/** Names of what stands in the folder of a bundle, beside what the program loads and reads. */
export const bundleFiles = ({ file }: Pick<Program, "file">): BundleFiles => ({
  program: file,
  sourceMap: `${file}.map`,
  legalComments: `${file}.LEGAL.txt`,
  licences: "LICENCES.txt",
});

export interface Bundle {
  /** Bytes of each file. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly packages: readonly BundledPackage[];
}

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  // Colours for a terminal: debug takes the package where it happens to be installed, as it is by development tools.
  // pg asks for its native variant, which nobody installs.
  external: ["supports-color", "pg-native"],
  // Half the text for V8 to hold in memory; names stay, so that a stack trace can be read without the map.
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: true,
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "external",
  logLevel: "silent",
  banner: {
    // CommonJS packages use what an ES module does not have: require() of Node's own modules, and their folder.
    js:
      'import{createRequire as requireOf}from"node:module";const require=requireOf(import.meta.url);' +
      "const __dirname=import.meta.dirname,__filename=import.meta.filename;",
  },
} as const satisfies BuildOptions;

const run = (more: BuildOptions) => build({ ...options, ...more, metafile: true });

/** Writes the bundle into the folder, made where missing. Throws on a warning too: nobody reads those of an image's build. */
export async function bundle(program: Program, folder: string): Promise<Bundle> {
  const { entry, file, loaded, copied = {} } = program;
  const builds = [await run({ entryPoints: [entry], outfile: join(folder, file) })];
  if (loaded !== undefined) {
    // Each whole by itself: a shared part would be one more file that nobody expects among them.
    const entryPoints = [...loaded.entries];
    builds.push(await run({ entryPoints, outdir: join(folder, loaded.folder), sourcemap: false }));
  }
  for (const { warnings } of builds) {
    const [warning] = warnings;
    if (warning !== undefined) throw new Error(`${warning.location?.file ?? "esbuild"}: ${warning.text}`);
  }
  for (const [source, name] of Object.entries(copied)) await cp(join(root, source), join(folder, name));
  const metafiles = builds.map(({ metafile }) => metafile);
  const packages = await bundledPackages([...new Set(metafiles.flatMap(packageFolders))]);
  await writeFile(join(folder, bundleFiles(program).licences), licenceText(packages));
  return { bytes: Object.assign({}, ...metafiles.map(sizes)) as Record<string, number>, packages };
}

/** Folders of the packages of which at least one byte is inside. */
function packageFolders(metafile: Metafile): string[] {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
    .filter((path) => path !== undefined);
  return [...new Set(folders)].map((path) => join(root, path));
}

function sizes(metafile: Metafile): Record<string, number> {
  const entries = Object.entries(metafile.outputs).map(([path, { bytes }]) => [path.replace(/^.*\//, ""), bytes]);
  return Object.fromEntries(entries) as Record<string, number>;
}
