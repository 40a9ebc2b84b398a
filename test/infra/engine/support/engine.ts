import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { runCommand } from "../../../../local/command.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { lastLines, startProcess, temporaryFolder, waitUntil } from "../../../../local/process.ts";

/** Packages the stand-in provider serves, all from one port: the type in a URN tells it whose resource it is. */
const packages = ["aws", "kubernetes", "random", "tls"];

/** The real Pulumi engine with a store of its own, and one provider that makes whatever it is asked for. */
export interface Engine {
  /** A new stack of this store, or the existing one with another program. */
  stack(name: string, program: PulumiFn): Promise<Stack>;
  /** A CLI command about a stack. Fails with its output. */
  command(stack: Stack, args: readonly string[]): Promise<string>;
  /** Ends the provider and removes the store. */
  stop(): Promise<void>;
}

/** Starts the provider. `binary`: path of the Pulumi CLI. */
export async function startEngine(binary: string): Promise<Engine> {
  const folder = temporaryFolder("engine");
  const provider = startProcess({
    name: "provider",
    command: process.execPath,
    args: [join(import.meta.dirname, "provider.ts")],
    folder,
  });
  const port = (): string => /^\d+$/m.exec(lastLines(provider.logFile))?.[0] ?? "";
  await waitUntil(() => port() !== "", { what: "the port of the provider", processes: [provider] });
  const options = {
    pulumiCommand: await command(binary, folder),
    pulumiHome: join(folder, "home"),
    envVars: environment(folder, port()),
  };
  return {
    stack(name, program) {
      const project = { name: "jobsprint", runtime: "nodejs", backend: { url: store(folder) } };
      // Of our own: the Automation API would leave one behind in the machine's temporary folder.
      const workDir = join(folder, "work", name);
      mkdirSync(workDir, { recursive: true });
      return LocalWorkspace.createOrSelectStack(
        { stackName: name, projectName: project.name, program },
        { ...options, workDir, projectSettings: project },
      );
    },
    command: (stack, args) =>
      runCommand(binary, [...args, "--stack", stack.name], {
        cwd: stack.workspace.workDir,
        env: { ...process.env, ...options.envVars, PULUMI_HOME: options.pulumiHome },
      }),
    async stop() {
      await provider.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Without the downloaded language host this runs a policy pack: $1 is the engine's address, $2 the pack's folder. */
const analyzer = `#!/bin/sh
exec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(repositoryRoot, "node_modules/@pulumi/pulumi/cmd/run-policy-pack"))} "$1" "$2"
`;

/** The Automation API looks for `bin/pulumi` below a folder, which it puts first on the engine's PATH. */
async function command(binary: string, folder: string): Promise<PulumiCommand> {
  mkdirSync(join(folder, "cli", "bin"), { recursive: true });
  symlinkSync(binary, join(folder, "cli", "bin", "pulumi"));
  writeFileSync(join(folder, "cli", "bin", "pulumi-analyzer-policy-nodejs"), analyzer, { mode: 0o755 });
  // The npm package's minor version is ahead of the newest CLI that can be built.
  return PulumiCommand.get({ root: join(folder, "cli"), skipVersionCheck: true });
}

function environment(folder: string, port: string): Record<string, string> {
  mkdirSync(join(folder, "store"));
  return {
    PULUMI_BACKEND_URL: store(folder),
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    PULUMI_DEBUG_PROVIDERS: packages.map((name) => `${name}:${port}`).join(","),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The whole state once at the end, not after each of hundreds of steps.
    PULUMI_EXPERIMENTAL: "true",
    PULUMI_SKIP_CHECKPOINTS: "true",
    // Or the engine tries five times to download what the stand-in replaces.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

function store(folder: string): string {
  return `file://${join(folder, "store")}`;
}
