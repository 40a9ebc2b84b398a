import { awsProviderFolder } from "./aws/provider.ts";
import { tofuBinary } from "./aws/tofu.ts";
import { clean, removeBuilt } from "./clean.ts";
import { pulumiBinary } from "./engine/pulumi.ts";
import { binary, type Program } from "./kubernetes/binaries.ts";
import { serverRootfs } from "./servers/rootfs.ts";

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
};

/** Without `aws`, which takes half an hour and only `make verify-aws` needs. */
const usual = ["servers", "kubernetes", "pulumi"];

const [command, ...options] = process.argv.slice(2);
const unknown = command === "build" ? options.filter((name) => !Object.hasOwn(parts, name)) : [];
if (unknown.length > 0) {
  print(`build: unknown "${unknown.join('", "')}"; there are ${Object.keys(parts).join(", ")}`);
  process.exitCode = 1;
} else if (command === "build") {
  // Nothing to do for what is in the cache.
  for (const name of options.length > 0 ? options : usual) await parts[name]?.();
} else if (command === "clean") {
  await clean(print);
  if (options[0] === "--all") removeBuilt();
} else {
  print(`usage: local build [${Object.keys(parts).join("|")}]… | clean [--all], found "${command ?? ""}"`);
  process.exitCode = 1;
}
