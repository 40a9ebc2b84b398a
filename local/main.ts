import { awsProviderFolder } from "./aws/provider.ts";
import { tofuBinary } from "./aws/tofu.ts";
import { clean, removeBuilt } from "./clean.ts";
import { nodePrograms } from "./cluster/cluster.ts";
import { clusterCommands } from "./cluster/commands.ts";
import { pulumiBinary } from "./engine/pulumi.ts";
import { buildImages } from "./images/images.ts";
import { printImages } from "./images/printImages.ts";
import { binary, type Program } from "./kubernetes/binaries.ts";
import { serverRootfs } from "./servers/rootfs.ts";
import { stackCommand } from "./stack/command.ts";

const print = (line: string): void => {
  process.stderr.write(`[local] ${line}\n`);
};

// One of each Go build is enough: kube-apiserver brings the controller manager and the scheduler.
const programs: readonly Program[] = ["etcd", "kube-apiserver", "kubectl", "kwok", "metrics-server"];

/** What can be built by name. One after the other: each Go build already uses all cores. */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  async servers() {
    await serverRootfs();
  },
  async kubernetes() {
    for (const program of programs) await binary(program);
  },
  async pulumi() {
    await pulumiBinary();
  },
  async aws() {
    await tofuBinary();
    await awsProviderFolder();
  },
  async images() {
    await buildImages();
  },
  async cluster() {
    for (const program of nodePrograms) await binary(program);
  },
};

/** Without `aws`, which takes half an hour and only `make verify-aws` needs. */
const usual = ["servers", "kubernetes", "pulumi"];

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
    // Nothing to do for what is in the cache.
    for (const name of words.length > 0 ? words : usual) await parts[name]?.();
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
const exitCode = Object.hasOwn(commands, command) ? await commands[command]?.(words) : undefined;
if (exitCode === undefined) print(`${usage}, found "${[command, ...words].join(" ")}"`);
process.exitCode = exitCode ?? 1;
