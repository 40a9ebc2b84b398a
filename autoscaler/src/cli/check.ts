import { ConfigError } from "../config/problems.ts";
import { readConfig } from "./files.ts";

/** Prints every problem of a configuration; resolves to the exit code. */
export async function check(file: string, print: (line: string) => void): Promise<number> {
  try {
    const config = await readConfig(file);
    print(`${file}: valid, ${config.targets.length} target${config.targets.length === 1 ? "" : "s"}`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    print(error.message);
    return 1;
  }
}
