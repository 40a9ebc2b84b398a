import { runCommand } from "../command.ts";

// Without C the result runs on any Linux; read-only, so that a build never moves a pin.
const environment = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" };

/** One run of the compiler. */
export interface Compilation {
  /** The folder with go.mod. */
  cwd: string;
  /** Where the executables go, each named after the last element of its package's path. */
  output: string;
  packages: readonly string[];
  /** Linker variables with their values. */
  variables?: Readonly<Record<string, string>>;
}

/** Runs `go` and returns its standard output. */
export async function go(args: readonly string[], cwd: string): Promise<string> {
  return runCommand("go", args, { cwd, env: environment });
}

/** Downloads the modules these packages need. Not `go mod download`: it wants the unneeded ones of go.mod too. */
export async function downloadFor(packages: readonly string[], cwd: string): Promise<void> {
  await go(["list", "-deps", ...packages], cwd);
}

/** Compiles the packages at low priority: the machine stays usable for the minutes this takes. */
export async function compile({ cwd, output, packages, variables = {} }: Compilation): Promise<void> {
  // Without symbols and debug data, which nobody reads here.
  const linker = ["-s -w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(" ");
  // No VCS stamp: what is compiled lies in our own repository, whose commit says nothing about it.
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", linker];
  await runCommand("nice", ["go", "build", ...flags, "-o", `${output}/`, ...packages], { cwd, env: environment });
}

/** Only a build needs Go; throws for `name` when it is not there. */
export async function requireGo(name: string): Promise<void> {
  try {
    await runCommand("go", ["version"]);
  } catch {
    throw new Error(`Go is needed once to build ${name}: install Go 1.26 or later and put \`go\` on the PATH`);
  }
}
