/** `npm run -s golden`: the only writer of the golden files; look at the difference before it is committed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { renderStack } from "../../../infra/render/renderStack.ts";
import { stacks } from "../support/stacks.ts";
import { goldenFile, goldenText } from "./golden.ts";

for (const stack of stacks) {
  const file = goldenFile(stack);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, goldenText(await renderStack(stack)));
  process.stderr.write(`${file}\n`);
}
