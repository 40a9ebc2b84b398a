import { mkdirSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { repositoryRoot } from "../paths.ts";
import { runFolder, shutdown } from "../run.ts";
import { runOnFakePods } from "./fakePods/demo.ts";
import { readOptions, usage, type DemoOptions } from "./options.ts";
import { runOnPods } from "./pods/demo.ts";
import { afterwards, preparePlatform } from "./pods/platform.ts";
import { failures, type Report } from "./report.ts";
import { writeResults } from "./results.ts";
import { summary } from "./summary.ts";

const interruption = new AbortController();
const { signal } = interruption;
// The run's own handler ends the servers; this one tells the demo that what fails from now on is no failure.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(name, () => {
    if (!signal.aborted) process.stderr.write("\n[local] stopping everything\n");
    interruption.abort();
  });

// A terminal that was closed takes no output; stopping cleanly matters more.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

/** Resolves to the exit code: 1 when something was lost, failed or never scaled, or the replay differs. */
async function main(demo: DemoOptions): Promise<number> {
  // Sorts by time and is a legal name everywhere.
  const name = new Date().toISOString().replaceAll(":", "").slice(0, 17);
  const folder = resolve(demo.options.output ?? join(repositoryRoot, ".demo", name));
  // Before the run: a folder that cannot be written to is to be told now, not after minutes.
  mkdirSync(folder, { recursive: true });
  const report = await run(demo, folder);
  await writeResults(report, folder);
  const problems = failures(report);
  // A pipe has no width.
  const columns = process.stdout.isTTY ? process.stdout.columns : 120;
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  process.stdout.write(`\n${summary(report, Math.min(columns, 120))}\n\n`);
  process.stdout.write(`results in ${relative(process.cwd(), folder)}/: ${files.map((file) => file.name).join(" ")}\n`);
  for (const problem of problems) process.stdout.write(`FAILED: ${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

async function run(demo: DemoOptions, folder: string): Promise<Report> {
  if (demo.pods === "fake") return runOnFakePods(demo.options, folder, signal);
  const platform = await preparePlatform();
  // However the run ends: the cluster goes on, and costs until it is told to stop.
  process.once("exit", () => process.stderr.write(afterwards(platform)));
  return runOnPods(demo.options, platform, { folder, signal });
}

// From the first moment on a signal ends what was started: the first build alone takes minutes.
runFolder();
try {
  const demo = readOptions(process.argv.slice(2));
  if (demo === "help") process.stdout.write(`${usage}\n`);
  else process.exitCode = await main(demo);
} catch (error) {
  // An interrupt cuts every connection: what fails then is no news.
  if (!signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} finally {
  // Otherwise the handler of the signal is at it already, and ends the process.
  if (!signal.aborted) await shutdown();
}
