import { parts, usualParts } from "./buildParts.ts";
import { clean, removeBuilt } from "./clean.ts";
import { clusterCommands } from "./cluster/commands.ts";
import { printImages } from "./images/printImages.ts";
import { shutdown } from "./run.ts";
import { stackCommand } from "./stack/command.ts";

const print = (line: string): void => {
  process.stderr.write(`[local] ${line}\n`);
};

const names = (table: object): string => Object.keys(table).join("|");
const usage = `usage: local build [${names(parts)}]… | images | cluster ${names(clusterCommands)} | stack up|down|status | clean [--all]`;

/** Each returns the exit code, or undefined when it does not know the words after it. */
const commands: Readonly<Record<string, (words: readonly string[]) => Promise<number | undefined>>> = {
  async build(words) {
    const unknown = words.filter((name) => !Object.hasOwn(parts, name));
    if (unknown.length > 0) {
      print(`build: unknown "${unknown.join('", "')}"; there are ${Object.keys(parts).join(", ")}`);
      return 1;
    }
    const usual = usualParts();
    if (words.length === 0 && usual.leftOut !== undefined) print(usual.leftOut);
    // Nothing to do for what is in the cache.
    for (const name of words.length > 0 ? words : usual.names) await parts[name]?.();
    return 0;
  },
  async images() {
    await printImages();
    return 0;
  },
  async cluster([action = ""]) {
    return Object.hasOwn(clusterCommands, action) ? clusterCommands[action]?.(print) : undefined;
  },
  stack: stackCommand,
  async clean([option]) {
    await clean(print);
    if (option === "--all") removeBuilt();
    return 0;
  },
};

const [command = "", ...words] = process.argv.slice(2);
try {
  const exitCode = Object.hasOwn(commands, command) ? await commands[command]?.(words) : undefined;
  if (exitCode === undefined) print(`${usage}, found "${[command, ...words].join(" ")}"`);
  process.exitCode = exitCode ?? 1;
} catch (error) {
  // What failed says why in a sentence; where in the code is no user's business.
  print(error instanceof Error ? error.message : String(error));
  await shutdown();
  process.exit(1);
}
