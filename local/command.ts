import { spawn } from "node:child_process";

/** All absent: our own environment and working folder, an empty input, no limit of time. */
export interface CommandOptions {
  /** The whole environment, not additions to ours. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Given to standard input, which is empty otherwise: the place for secrets, since arguments are seen by all. */
  input?: string;
  /** After it the program is killed, which counts as a failure. */
  timeoutSeconds?: number;
}

/** Characters of output that an error message quotes. */
const quoted = 4000;

/**
 * Runs a program to its end and returns its standard output. It is killed if this process dies.
 * Fails with the end of its output when the exit code is not 0.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  // setpriv replaces itself by the program, so signals reach it; what the program starts may outlive us.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], {
    stdio: "pipe",
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.timeoutSeconds === undefined ? {} : { timeout: options.timeoutSeconds * 1000, killSignal: "SIGKILL" }),
  });
  let stdout = "";
  let all = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    all += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (all += text));
  // A program that does not read its input is no error.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    // Not "exit": output may still arrive after that.
    child.once("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else
        // Without the arguments, which a caller may have made of anything.
        reject(new Error(`${command} ended with ${signal ?? `code ${String(code)}`}:\n${all.slice(-quoted).trim()}`));
    });
  });
}
