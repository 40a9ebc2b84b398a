import { runCommand } from "../command.ts";
import { repositoryRoot } from "../paths.ts";

/** The command's own last line, and whether all decisions came out the same. */
export interface Replay {
  readonly same: boolean;
  readonly text: string;
}

/** Decides a decision log again with the configuration that it was made under. */
export async function replay(configFile: string, decisionLog: string): Promise<Replay> {
  const command = ["run", "-s", "autoscaler", "--", "replay", "--config", configFile, "--log", decisionLog];
  try {
    // It decides every recorded snapshot again, beside servers that still run.
    const printed = await runCommand("npm", command, { cwd: repositoryRoot, timeoutSeconds: 120 });
    return { same: true, text: printed.trim().split("\n").at(-1) ?? "" };
  } catch (error) {
    return { same: false, text: error instanceof Error ? error.message : String(error) };
  }
}
