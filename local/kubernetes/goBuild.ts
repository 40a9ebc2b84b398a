import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { runCommand } from "../command.ts";

/** One build. All of it is hashed into the version, so that a change of a flag builds anew. */
export interface GoProgram {
  /** Folder below go/ that holds the pinned go.mod and go.sum. */
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
  const folder = join(import.meta.dirname, "go", program.module);
  const goMod = readFileSync(join(folder, "go.mod"), "utf8");
  const version = requiredVersion(goMod, program.versionOf);
  const pins = createHash("sha256")
    .update(goMod)
    .update(readFileSync(join(folder, "go.sum"), "utf8"));
  const key = `${version}-${pins.update(JSON.stringify(program)).digest("hex").slice(0, 12)}`;
  return cached(name, key, async (output, report) => {
    report("check Go");
    await requireGo();
    // Without C the result runs on any Linux; read-only, so that a build never moves a pin.
    const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" };
    report("download Go modules");
    await runCommand("go", ["mod", "download"], { cwd: folder, env });
    report("compile (takes minutes the first time)");
    // No VCS stamp: the module lies in our own repository, whose commit says nothing about Kubernetes.
    const flags = ["-trimpath", "-buildvcs=false", "-ldflags", linkerFlags(version, program.linkerVariables)];
    // Low priority: the machine stays usable for the minutes this takes.
    await runCommand("nice", ["go", "build", ...flags, "-o", `${output}/`, ...program.packages], { cwd: folder, env });
  });
}

/** The version that go.mod pins; throws when the module is not required there. */
function requiredVersion(goMod: string, module: string): string {
  // With " v", or a module whose path only begins the same would be found.
  const line = goMod.split("\n").find((text) => text.replace("require ", "").trim().startsWith(`${module} v`));
  const version = /v\d+\.\d+\.\d+/.exec(line ?? "")?.[0];
  if (version === undefined) throw new Error(`go.mod does not require ${module}`);
  return version;
}

function linkerFlags(version: string, variables: Readonly<Record<string, string>> = {}): string {
  const [major = "", minor = ""] = version.slice(1).split(".");
  const fill = (text: string): string =>
    text.replace("VERSION", version).replace("MAJOR", major).replace("MINOR", minor);
  // Without symbols and debug data, which nobody reads here.
  return ["-s -w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${fill(value)}`)].join(" ");
}

/** Only a build needs Go; who has the cache or KUBEBUILDER_ASSETS does without. */
async function requireGo(): Promise<void> {
  try {
    await runCommand("go", ["version"]);
  } catch {
    throw new Error("Go is needed once to build Kubernetes: install Go 1.26 or later and put `go` on the PATH");
  }
}
