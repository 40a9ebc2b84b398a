import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { cached, isCached } from "../cache.ts";
import { runCommand } from "../command.ts";
import { compile, downloadFor, go, requireGo } from "./compile.ts";

/**
 * A program that is built as the main module of its own source. For modules with `replace` lines, which Go heeds in the
 * main module alone, and with pins of their own. All of it is hashed into the version.
 */
export interface GoModule {
  /** Module path, for example "github.com/opentofu/opentofu". */
  path: string;
  version: string;
  /** The checksum `go mod download -json` must report: "h1:…". */
  sum: string;
  /** The command's package in the module, for example "./cmd/tofu". */
  package: string;
}

/** Builds the module's command once for each pinned version and returns the folder of the executable. */
export async function moduleBuild(name: string, module: GoModule): Promise<string> {
  return cached(name, cacheKey(module), async (output, report) => {
    report("check Go");
    await requireGo(name);
    report("download the source");
    const source = join(output, "source");
    // A copy: Go keeps its own one read-only and takes no main module from there.
    await runCommand("cp", ["-r", "--no-preserve=mode", await download(module, output), source]);
    report("download Go modules");
    await downloadFor([module.package], source);
    report("compile (takes minutes the first time)");
    await compile({ cwd: source, output, packages: [module.package] });
    rmSync(source, { recursive: true });
  });
}

/** Whether `moduleBuild` would return without building. */
export function isModuleBuilt(name: string, module: GoModule): boolean {
  return isCached(name, cacheKey(module));
}

/** The folder in Go's module cache, checked. `cwd` is any folder outside a Go module. */
async function download(module: GoModule, cwd: string): Promise<string> {
  const answer = await go(["mod", "download", "-json", `${module.path}@${module.version}`], cwd);
  const { Dir: folder, Sum: sum } = JSON.parse(answer) as { Dir: string; Sum: string };
  if (sum !== module.sum)
    throw new Error(`${module.path}@${module.version}: checksum is ${sum}, expected ${module.sum}; not built`);
  return folder;
}

function cacheKey(module: GoModule): string {
  const hash = createHash("sha256").update(JSON.stringify(module)).digest("hex");
  return `${module.version}-${hash.slice(0, 12)}`;
}
