import { spawn } from "node:child_process";

export interface Run {
  readonly code: number | null;
  /** One object a line. */
  readonly lines: readonly Record<string, unknown>[];
  readonly output: string;
}

/** Runs the program to its end, with these variables and PATH alone. */
export async function runProgram(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Run> {
  const env = { PATH: process.env.PATH, ...variables };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const lines = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, lines, output };
}
