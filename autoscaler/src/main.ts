import { Command } from "commander";
import { check } from "./cli/check.ts";
import { decideFile } from "./cli/decide.ts";
import { UsageError } from "./cli/files.ts";
import { rbac, type RbacOptions } from "./cli/rbac.ts";
import { replay } from "./cli/replay.ts";
import { specs } from "./cli/specs.ts";
import { ConfigError } from "./config/problems.ts";

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Aborts at the first SIGTERM or SIGINT; the second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  return controller.signal;
}

const program = new Command("autoscaler").description(
  "Scales Jobsprint's consumers by queue depth, request rate, CPU and memory.",
);
const config = ["--config <file>", "the configuration, a YAML document"] as const;

program
  .command("run")
  .description("the service: watches, decides and patches until it is stopped")
  .requiredOption(...config)
  .action(async (options: { config: string }) => {
    // The clients of brokers and Kubernetes are slow to load, and no other command needs them.
    const { run } = await import("./cli/run.ts");
    await run(options.config, process.env["KUBECONFIG"], stopSignal());
  });

program
  .command("check")
  .description("every problem of a configuration; exit 1 if there is any")
  .requiredOption(...config)
  .action(async (options: { config: string }) => {
    process.exitCode = await check(options.config, print);
  });

program
  .command("decide")
  .description("one decision for each line of the input, as JSON")
  .requiredOption(...config)
  .requiredOption("--target <name>", "a target of the configuration")
  .requiredOption("--input <file>", "a JSON document or JSON lines; - for standard input")
  .action(async (options: { config: string; target: string; input: string }) => {
    await decideFile(options, print);
  });

program
  .command("replay")
  .description("decides a decision log again; exit 1 if a decision comes out otherwise")
  .requiredOption(...config)
  .requiredOption("--log <file>", "a decision log, JSON lines")
  .option("--against <file>", "a second configuration: shows where the two differ")
  .action(async (options: { config: string; log: string; against?: string }) => {
    process.exitCode = await replay(options, print);
  });

program
  .command("targets")
  .description("the targets as decisions see them, all defaults filled in, as JSON")
  .requiredOption(...config)
  .action(async (options: { config: string }) => {
    await specs(options.config, print);
  });

program
  .command("rbac")
  .description("the least Roles that a configuration needs, for kubectl apply")
  .requiredOption(...config)
  .requiredOption("--namespace <name>", "where the autoscaler runs")
  .option("--service-account <name>", "under which it runs", "autoscaler")
  .action(async (options: RbacOptions) => {
    await rbac(options, print);
  });

try {
  await program.parseAsync();
} catch (error) {
  const expected = error instanceof UsageError || error instanceof ConfigError;
  process.stderr.write(`${expected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exitCode = 1;
}
