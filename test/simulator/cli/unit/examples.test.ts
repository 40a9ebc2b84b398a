import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { run } from "../../../../simulator/cli/run.ts";

const root = new URL("../../../../", import.meta.url).pathname;
const example = (name: string): string => `${root}simulator/examples/${name}`;

/** One line, as Markdown reads it. */
const unwrapped = (text: string): string => text.replaceAll(/\n(?:> )?/g, " ");

describe("the examples of docs/simulator.md", function () {
  this.timeout(60_000);

  for (const { config, more } of [
    { config: "config.yaml", more: {} },
    { config: "quick.yaml", more: {} },
    { config: "backlog.yaml", more: { wait: 60 } },
  ])
    it(`come out as they are told with ${config}`, async () => {
      const printed: string[] = [];
      const options = { trace: example("jobs.csv"), config: example(config), service: 4, seed: 1, ...more };
      await run(options, (text) => printed.push(text));
      const sentence = printed.join("\n").match(/^\*\*worker\*\* is late .*$/m)?.[0] ?? "no sentence";
      const document = unwrapped(await readFile(`${root}docs/simulator.md`, "utf8"));
      assert.ok(document.includes(sentence), sentence);
    });

  it("have the constant count that they are told with", async () => {
    const printed: string[] = [];
    await run({ trace: example("jobs.csv"), config: example("config.yaml"), service: 4, seed: 1 }, (text) => {
      printed.push(text);
    });
    const sentence = printed.join("\n").match(/^A constant count .*$/m)?.[0] ?? "no sentence";
    assert.ok(unwrapped(await readFile(`${root}docs/simulator.md`, "utf8")).includes(sentence), sentence);
  });
});
