import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cached, isCached } from "../cache.ts";
import { compile, downloadFor, requireGo } from "./compile.ts";

/** One build. All of it is hashed into the version, so that a change of a flag builds anew. */
export interface GoProgram {
  /** Folder below modules/ that holds the pinned go.mod and go.sum. */
  module: string;
  /** The module in go.mod that decides the version, for example "k8s.io/kubernetes". */
  versionOf: string;
  /** Go packages of the commands; each becomes an executable named after its last path element. */
  packages: readonly string[];
  /** Linker variables; VERSION, MAJOR and MINOR stand for the parts of the version. */
  linkerVariables?: Readonly<Record<string, string>>;
}

/** Builds the program once for each pinned version and returns the folder of its executables. */
export async function goBuild(name: string, program: GoProgram): Promise<string> {
  const cwd = moduleFolder(program);
  return cached(name, cacheKey(program), async (output, report) => {
    report("check Go");
    await requireGo(name);
    report("download Go modules");
    await downloadFor(program.packages, cwd);
    report("compile (takes minutes the first time)");
    await compile({ cwd, output, packages: program.packages, variables: linkerVariables(program) });
  });
}

/** Whether `goBuild` would return without building. */
export function isGoBuilt(name: string, program: GoProgram): boolean {
  return isCached(name, cacheKey(program));
}

/** The version that the program's go.mod pins; throws when the module is not required there. */
export function pinnedVersion(program: GoProgram): string {
  const lines = readFileSync(join(moduleFolder(program), "go.mod"), "utf8").split("\n");
  // With " v", or a module whose path only begins the same would be found.
  const line = lines.find((text) => text.replace("require ", "").trim().startsWith(`${program.versionOf} v`));
  const version = /v\d+\.\d+\.\d+/.exec(line ?? "")?.[0];
  if (version === undefined) throw new Error(`go.mod does not require ${program.versionOf}`);
  return version;
}

function moduleFolder(program: GoProgram): string {
  return join(import.meta.dirname, "modules", program.module);
}

function cacheKey(program: GoProgram): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(moduleFolder(program), file), "utf8"));
  return `${pinnedVersion(program)}-${hash.update(JSON.stringify(program)).digest("hex").slice(0, 12)}`;
}

function linkerVariables(program: GoProgram): Record<string, string> {
  const version = pinnedVersion(program);
  const [major = "", minor = ""] = version.slice(1).split(".");
  const fill = (text: string): string =>
    text.replace("VERSION", version).replace("MAJOR", major).replace("MINOR", minor);
  return Object.fromEntries(Object.entries(program.linkerVariables ?? {}).map(([name, value]) => [name, fill(value)]));
}
