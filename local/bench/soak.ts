import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { repositoryRoot } from "../paths.ts";
import { shutdown } from "../run.ts";
import { soak } from "./soak/soak.ts";

function number(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("must be a number above 0");
  return value;
}

const program = new Command("soak")
  .description("Breaks and mends the surroundings of a pair of autoscalers by chance; exit 1 if anything goes wrong.")
  .option("--minutes <n>", "how long faults are made", number, 20)
  .option("--seed <n>", "of faults and backlogs", number, 1)
  .option("--targets <n>", "Deployments with a queue each", number, 100)
  .option("--output <folder>", "of report, configurations and logs", join(repositoryRoot, ".demo", "soak"));

const { minutes, seed, targets, output } = program
  .parse()
  .opts<{ minutes: number; seed: number; targets: number; output: string }>();
const folder = resolve(output, new Date().toISOString().replaceAll(":", "").slice(0, 17));
mkdirSync(folder, { recursive: true });
try {
  const report = await soak({ minutes, seed, targets, folder });
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  writeFileSync(join(folder, "report.json"), text);
  process.stdout.write(text);
  process.exitCode = report.violations.length === 0 ? 0 : 1;
} finally {
  await shutdown();
}
