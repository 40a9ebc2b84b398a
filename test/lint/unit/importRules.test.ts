import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const root = new URL("../../../", import.meta.url).pathname;
const offender = join(root, "autoscaler/src/core/offender.ts");

function lint(command: string, ...args: string[]): Promise<{ failed: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, "node_modules", command), ...args],
      { cwd: root },
      (error, stdout, stderr) => {
        resolve({ failed: error !== null, output: stdout + stderr });
      },
    );
  });
}

const eslint = () => lint("eslint/bin/eslint.js", offender);
const imports = () =>
  lint("dependency-cruiser/bin/dependency-cruiser.mjs", "--config", ".dependency-cruiser.js", "autoscaler/src/core");

const cases = [
  {
    name: "an adapter",
    source: 'import { systemClock } from "../adapters/system/systemClock.ts";\nexport const clock = systemClock;\n',
    run: imports,
    says: /core-is-pure/,
  },
  {
    name: "a type of an adapter",
    source:
      'import type { RabbitmqBroker } from "../adapters/rabbitmq/rabbitmqBroker.ts";\nexport type Broker = RabbitmqBroker;\n',
    run: imports,
    says: /core-is-pure/,
  },
  {
    name: "a module of Node",
    source: 'import { hostname } from "node:os";\nexport const name = hostname();\n',
    run: imports,
    says: /core-is-pure/,
  },
  {
    name: "Date",
    source: "export const now = (): number => Date.now();\n",
    run: eslint,
    says: /Unexpected use of 'Date'/,
  },
  {
    name: "Math.random",
    source: "export const random = (): number => Math.random();\n",
    run: eslint,
    says: /'Math.random' is restricted/,
  },
];

describe("lint refuses a file in core that uses", function () {
  this.timeout(120_000);

  afterEach(async () => {
    await rm(offender, { force: true });
  });

  for (const { name, source, run, says } of cases) {
    it(name, async () => {
      await writeFile(offender, source);
      const { failed, output } = await run();
      assert.equal(failed, true, output);
      assert.match(output, says);
    });
  }
});
