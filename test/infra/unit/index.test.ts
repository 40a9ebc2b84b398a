import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readStackFile } from "../../../infra/config/stackFile.ts";
import { capture } from "../../../infra/render/capture.ts";

const index = "../../../infra/index.ts";

/** As the engine runs it: configuration first, then the module, whose default export are the outputs. */
function run(raw: Readonly<Record<string, string>>, query: string): Promise<{ result: unknown }> {
  pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(raw).map(([key, text]) => [`jobsprint:${key}`, text])));
  // A module runs once: another query is another module.
  const program = async (): Promise<unknown> => ((await import(`${index}?${query}`)) as { default: unknown }).default;
  return capture(program, { stack: "dev" });
}

describe("infra/index.ts", function () {
  this.timeout(120_000);

  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("gives the stack its outputs", async () => {
    const { result } = await run(readStackFile("dev"), "good");
    const { namespace, url, aws } = (await result) as { namespace: string; url: string; aws: Record<string, unknown> };
    assert.equal(namespace, "jobsprint");
    assert.equal(url, "https://dev.jobsprint.example/");
    assert.match(String(aws["kubeconfig"]), /jobsprint-dev/);
  });

  it("refuses a bad configuration before anything exists", async () => {
    await assert.rejects(
      run({ ...readStackFile("dev"), size: "huge" }, "bad"),
      /Pulumi\.dev\.yaml has 1 problem[^]*"huge"/,
    );
  });
});
