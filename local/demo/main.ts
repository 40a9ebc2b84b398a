import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { repositoryRoot } from "../paths.ts";
import { runFolder, shutdown } from "../run.ts";
import { runDemo, writeReport } from "./demo.ts";
import { readOptions, usage, type DemoOptions } from "./options.ts";
import { picture } from "./picture.ts";
import { failures } from "./report.ts";
import { summary } from "./summary.ts";

const interruption = new AbortController();
// The run's own handler ends the servers; this one tells the demo that what fails from now on is no failure.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    if (!interruption.signal.aborted) process.stderr.write("\n[local] stopping everything\n");
    interruption.abort();
  });

// A terminal that was closed takes no output; stopping cleanly matters more.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

/** Resolves to the exit code: 1 when jobs are lost, unfinished or refused, or the replay differs. */
async function main(options: DemoOptions): Promise<number> {
  // Sorts by time and is a legal name everywhere.
  const name = new Date().toISOString().replaceAll(":", "").slice(0, 17);
  const folder = resolve(options.output ?? join(repositoryRoot, ".demo", name));
  // Before the run: a folder that cannot be written to is to be told now, not after minutes.
  mkdirSync(folder, { recursive: true });
  const report = await runDemo(options, folder, interruption.signal);
  writeReport(report, folder);
  writeFileSync(join(folder, "picture.svg"), await picture(report));
  const problems = failures(report);
  // A pipe has no width.
  const columns = process.stdout.isTTY ? process.stdout.columns : 120;
  const shown = relative(process.cwd(), folder);
  process.stdout.write(`\n${summary(report, Math.min(columns, 120))}\n\n`);
  process.stdout.write(
    `results in ${shown}/: report.json picture.svg decisions.ndjson autoscaler.log autoscaler.yaml\n`,
  );
  for (const problem of problems) process.stdout.write(`FAILED: ${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

// From the first moment on a signal ends what was started: the first build alone takes minutes.
runFolder();
try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(`${usage}\n`);
  else process.exitCode = await main(options);
} catch (error) {
  // An interrupt cuts every connection: what fails then is no news.
  if (!interruption.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} finally {
  // Otherwise the handler of the signal is at it already, and ends the process.
  if (!interruption.signal.aborted) await shutdown();
}
