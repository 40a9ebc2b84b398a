import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { picture } from "./picture.ts";
import type { Report } from "./report.ts";

/** Writes what a run came to beside its other results, as figures and as a picture. */
export async function writeResults(report: Report, folder: string): Promise<void> {
  writeFileSync(join(folder, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, "picture.svg"), await picture(report));
}
