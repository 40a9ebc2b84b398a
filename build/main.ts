/** Usage: node build/main.ts <program> [folder]; the program's own dist folder when none is given. Prints the sizes. */
import { join, resolve } from "node:path";
import { bundle } from "./bundle.ts";
import { isProgram, programs, root } from "./programs.ts";

const [name = "", target] = process.argv.slice(2);
if (isProgram(name)) {
  const program = programs[name]();
  const folder = target === undefined ? join(root, program.folder) : resolve(target);
  const { bytes, packages } = await bundle(program, folder);
  for (const [file, size] of Object.entries(bytes)) process.stdout.write(`${(size / 1e6).toFixed(2)} MB  ${file}\n`);
  process.stdout.write(`${packages.length} packages inside, in ${folder}\n`);
} else {
  process.stderr.write(`the program must be one of ${Object.keys(programs).join(", ")}, not ${JSON.stringify(name)}\n`);
  process.exitCode = 1;
}
