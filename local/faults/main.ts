import { writeFileSync } from "node:fs";
import { preparePlatform } from "../demo/pods/platform.ts";
import { runFolder, shutdown } from "../run.ts";
import { faults } from "./catalogue.ts";
import { checks } from "./checks/checks.ts";
import { isWanted, readOptions, usage, type FaultsOptions } from "./options.ts";
import { faultsPage } from "./page.ts";
import { runFaults, type FaultsReport } from "./run.ts";
import { checkRows, failuresOf, faultRows, terminalTable } from "./table.ts";

/** Long enough that the load keeps more than the least number of workers busy: a wrong scale-down can be seen. */
const workSeconds = 5;

/** Resolves to the exit code: 1 when a promise was broken, a fault not recovered from, or a check not passed. */
async function main(options: FaultsOptions): Promise<number> {
  const { perSecond, output, page, json } = options;
  const report = await runFaults(await preparePlatform(), {
    load: { perSecond, workSeconds },
    faults: faults.filter((one) => isWanted(options, one)),
    checks: checks.filter((one) => isWanted(options, one)),
  });
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (output !== undefined) writeFileSync(output, text);
  if (page !== undefined) writeFileSync(page, faultsPage(report));
  process.stdout.write(json ? text : tables(report));
  const failures = failuresOf(report.faults, report.checks);
  for (const failure of failures) process.stderr.write(`FAILED: ${failure}\n`);
  return failures.length === 0 ? 0 : 1;
}

function tables({ faults: made, checks: done, skipped }: FaultsReport): string {
  return [
    ...(made.length === 0 ? [] : [terminalTable(faultRows(made)), ""]),
    ...skipped.map((one) => `not made: ${one}`),
    ...(done.length === 0 ? [] : [terminalTable(checkRows(done)), ""]),
  ].join("\n");
}

runFolder();
try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(`${usage}\n`);
  else process.exitCode = await main(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await shutdown();
}
