import { clean, removeBuilt } from "./clean.ts";
import { binary, type Program } from "./kubernetes/binaries.ts";
import { serverRootfs } from "./servers/rootfs.ts";

const print = (line: string): void => {
  process.stderr.write(`[local] ${line}\n`);
};

// One of each Go build is enough: kube-apiserver brings the controller manager and the scheduler.
const programs: readonly Program[] = ["etcd", "kube-apiserver", "kubectl", "kwok", "metrics-server"];

/** Builds every part that tests and the demo start. Nothing to do once it is in the cache. */
async function build(): Promise<void> {
  await serverRootfs();
  // One after the other: each Go build already uses all cores.
  for (const program of programs) await binary(program);
}

const [command, option] = process.argv.slice(2);
if (command === "build") await build();
else if (command === "clean") {
  await clean(print);
  if (option === "--all") removeBuilt();
} else {
  print(`usage: local build | clean [--all], found "${command ?? ""}"`);
  process.exitCode = 1;
}
