/** What the bundle is worth: from the start of the process to its first decision, sources against bundle in the same run. */
import { statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { repositoryRoot } from "../paths.ts";
import { processUsage, type ProcessUsage } from "../processUsage.ts";
import { freePort, startProcess, temporaryFolder } from "../process.ts";
import { shutdown } from "../run.ts";
import { startScene, untilReady, writeConfiguration, type Scene } from "./scene.ts";

/** Rounds that count, for each variant. */
const runs = Number(process.argv[2] ?? 10);
const sources = join(repositoryRoot, "autoscaler");

/** With what was used until right after the first decision; processor time is what a busy machine does not blur. */
interface Start extends ProcessUsage {
  readonly readySeconds: number;
}

const figureNames = ["readySeconds", "cpuSeconds", "rssMegabytes", "peakMegabytes"] as const;

/** One start of the service in a process of its own, up to its first decision. */
async function measure(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { broker, kubeconfigFile }: Scene,
): Promise<Start> {
  // A new one each time: no start may find what an earlier one has written.
  const folder = temporaryFolder("start");
  const port = await freePort();
  const { usernameFile, passwordFile } = broker;
  const decisionLog = join(folder, "decisions.ndjson");
  const config = writeConfiguration(broker, { port, usernameFile, passwordFile, decisionLog });
  const begun = performance.now();
  const service = startProcess({
    ...{ name: "autoscaler", command: process.execPath, args: [...args, "run", "--config", config], folder },
    // As in the image; our own NODE_OPTIONS or compile cache would decide the outcome.
    env: { PATH: process.env["PATH"], KUBECONFIG: kubeconfigFile, NODE_ENV: "production", ...env },
  });
  await untilReady(service, port);
  // Before anything else is read: the figure ends at the first 200.
  const readySeconds = (performance.now() - begun) / 1000;
  const usage = processUsage(service.pid);
  await service.stop();
  return { readySeconds, ...usage };
}

/** Median, lowest and highest of one figure. */
function spread(starts: readonly Start[], figure: keyof Start): { median: number; min: number; max: number } {
  const sorted = starts.map((start) => start[figure]).sort((one, other) => one - other);
  const at = (index: number): number => Math.round((sorted[index] ?? NaN) * 1000) / 1000;
  return { median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) };
}

async function main(): Promise<void> {
  const folder = temporaryFolder("bundle");
  await runCommand(process.execPath, [join(repositoryRoot, "build", "main.ts"), "autoscaler", folder]);
  const program = join(folder, "autoscaler.mjs");
  const variants = {
    sources: { args: [join(sources, "src", "main.ts")], env: {} },
    bundle: { args: [program], env: {} },
    bundleWithSourceMaps: { args: ["--enable-source-maps", program], env: {} },
    // Filled by the first round, which does not count.
    bundleWithCompileCache: { args: [program], env: { NODE_COMPILE_CACHE: join(folder, "cache") } },
  };
  const scene = await startScene();
  const starts: Record<string, Start[]> = {};
  // In turns, so that a busy moment of the machine meets all; the first round fills caches and does not count.
  for (let run = 0; run <= runs; run++)
    for (const [name, { args, env }] of Object.entries(variants)) {
      const start = await measure(args, env, scene);
      if (run > 0) (starts[name] ??= []).push(start);
    }
  const figures = Object.entries(starts).map(([name, all]) => [
    name,
    Object.fromEntries(figureNames.map((figure) => [figure, spread(all, figure)])),
  ]);
  // Seconds mean nothing without the machine they were measured on.
  const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model };
  const bytes = { bundle: statSync(program).size, sourceMap: statSync(`${program}.map`).size };
  process.stdout.write(
    `${JSON.stringify({ machine, runs, bytes, ...(Object.fromEntries(figures) as object) }, null, 2)}\n`,
  );
  await scene.stop();
}

try {
  await main();
} finally {
  await shutdown();
}
