/** Usage: node autoscaler/build/main.ts [folder]; autoscaler/dist when none is given. Prints the sizes. */
import { join, resolve } from "node:path";
import { bundle } from "./bundle.ts";

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, "..", "dist"));
const { bytes, packages } = await bundle(folder);
for (const [file, size] of Object.entries(bytes)) process.stdout.write(`${(size / 1e6).toFixed(2)} MB  ${file}\n`);
process.stdout.write(`${packages.length} packages inside, in ${folder}\n`);
