import { picturesOf } from "../pictures/scene.ts";
import { drainPolicy } from "../policies/drain.ts";
import { baselineGrid } from "../policies/grid.ts";
import { Bench } from "../table/bench.ts";
import { scenarioOf } from "../table/cell.ts";
import { buildWorkload, findWindow } from "../workloads/windows.ts";
import { checkFolder, writeFiles } from "./files.ts";

/** What the command line says. */
export interface PictureOptions {
  readonly window: string;
  /** Mean seconds from the order of a replica to Ready. */
  readonly readiness: number;
  /** The longest wait of a job that is not late, in seconds. */
  readonly wait: number;
  readonly seed: number;
  /** The folder of the pictures. */
  readonly out: string;
}

/** Writes both pictures of a cell of the table. Rejects with a UserError. */
export async function picture(options: PictureOptions, print: (text: string) => void): Promise<void> {
  const { window: name, readiness, wait, seed, out } = options;
  const cell = { window: findWindow(name), readinessSeconds: readiness, maxWaitSeconds: wait };
  await checkFolder(out);
  const draw = { seed, workload: buildWorkload(cell.window, seed) };
  const bench = new Bench([draw], scenarioOf(cell));
  const pictures = await picturesOf(bench, draw, {
    title: `${name}: readiness delay ${readiness} s, longest wait ${wait} s, seed ${seed}`,
    ours: drainPolicy(),
    baselines: baselineGrid(bench.scenario, draw.workload.meanServiceSeconds),
  });
  const files = Object.entries(pictures).map(([kind, svg]) => [`${name}-${readiness}-${wait}-${kind}.svg`, svg]);
  for (const path of await writeFiles(out, Object.fromEntries(files) as Record<string, string>)) print(path);
}
