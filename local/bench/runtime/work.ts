import { join } from "node:path";
import { runCommand } from "../../command.ts";
import { repositoryRoot } from "../../paths.ts";
import type { Progress } from "../../progress.ts";
import { startPostgres } from "../../servers/postgres.ts";

/** Streaming, bounded parallelism and batching against the plain way, on a PostgreSQL of its own. */
export async function measureWork(progress: Progress): Promise<unknown> {
  progress.step("starting a PostgreSQL");
  const postgres = await startPostgres();
  try {
    progress.step("a million rows, three ways, three times");
    const env = { ...process.env, DATABASE_URL: postgres.primary.url };
    const script = join(repositoryRoot, "runtime", "bench", "work.ts");
    return JSON.parse(await runCommand(process.execPath, [script], { env, timeoutSeconds: 900 }));
  } finally {
    await postgres.stop();
  }
}
