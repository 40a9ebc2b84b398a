import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "../command.ts";
import { goBuild, isGoBuilt, pinnedVersion, type GoProgram } from "../go/goBuild.ts";

const program: GoProgram = {
  module: "pulumi",
  versionOf: "github.com/pulumi/pulumi/pkg/v3",
  packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
  // Without it `pulumi version` prints nothing, and the Automation API refuses the CLI.
  linkerVariables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "VERSION" },
};

/**
 * Path of the Pulumi CLI: PULUMI_BINARY if set, a `pulumi` of the wanted version on the PATH, or built from its pinned
 * Go module (minutes the first time, then kept).
 */
export async function pulumiBinary(): Promise<string> {
  return (await givenPulumi()) ?? join(await goBuild("pulumi", program), "pulumi");
}

/** The same path, or undefined where it would have to be built first. */
export async function availablePulumi(): Promise<string | undefined> {
  return isGoBuilt("pulumi", program) ? pulumiBinary() : givenPulumi();
}

/** Throws when PULUMI_BINARY names no file: a path that is given is never silently replaced. */
async function givenPulumi(): Promise<string | undefined> {
  const path = process.env["PULUMI_BINARY"];
  if (path !== undefined) {
    if (!existsSync(path)) throw new Error(`PULUMI_BINARY names no file: "${path}"`);
    return path;
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.map((folder) => join(folder, "pulumi")).find((file) => existsSync(file));
  return found !== undefined && (await isWanted(found)) ? found : undefined;
}

async function isWanted(file: string): Promise<boolean> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const version = await runCommand(file, ["version"], { env, timeoutSeconds: 60 }).catch(() => "");
  return version.trim() === pinnedVersion(program);
}
