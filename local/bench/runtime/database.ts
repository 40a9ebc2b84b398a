import { join } from "node:path";
import { runCommand } from "../../command.ts";
import { repositoryRoot } from "../../paths.ts";
import type { Progress } from "../../progress.ts";
import { startPostgres } from "../../servers/postgres.ts";

/** A routed read beside a raw one, and two replicas beside the primary alone; reads a second and their ratios. */
export async function measureDatabase(progress: Progress): Promise<unknown> {
  progress.step("a primary and two replicas");
  const cluster = await startPostgres({ replicas: 2 });
  try {
    progress.step("routed and raw reads by turns");
    const address = ({ host, port }: { host: string; port: number }): string => `${host}:${port}`;
    const output = await runCommand(process.execPath, [join(repositoryRoot, "runtime", "bench", "database.ts")], {
      env: {
        PATH: process.env["PATH"],
        BENCH_PRIMARY: address(cluster.primary),
        BENCH_REPLICAS: cluster.replicas.map(address).join(","),
      },
      timeoutSeconds: 900,
    });
    return JSON.parse(output);
  } finally {
    await cluster.stop();
  }
}
