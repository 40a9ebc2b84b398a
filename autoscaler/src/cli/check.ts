import { hintsOf } from "../config/hints.ts";
import { ConfigError } from "../config/problems.ts";
import { readConfig } from "./files.ts";

/**
 * Prints every problem of a configuration, or that it is valid, with hints on what is mostly not meant; resolves to the exit code, 1 if there is any. Rejects
 * only with a UsageError when the file cannot be read. Looks at nothing but the document: neither brokers nor the
 * cluster are asked.
 */
export async function check(file: string, print: (line: string) => void): Promise<number> {
  try {
    const config = await readConfig(file);
    print(`${file}: valid, ${config.targets.length} target${config.targets.length === 1 ? "" : "s"}`);
    for (const hint of hintsOf(config)) print(`hint: ${hint}`);
    return 0;
  } catch (error) {
    // A file that cannot be read is no problem of the configuration.
    if (!(error instanceof ConfigError)) throw error;
    print(error.message);
    return 1;
  }
}
