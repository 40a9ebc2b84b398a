import assert from "node:assert/strict";
import type { CapturedResource } from "../../../../infra/render/capture.ts";
import type { Diagnostic, Plan, TofuWorkspace } from "../../../../local/aws/workspace.ts";
import { verify } from "../support/verify.ts";

const schema = new Map([["aws_vpc", {}]]);
const vpc = {
  type: "aws:ec2/vpc:Vpc",
  name: "net.main",
  props: {},
  custom: true,
  opts: { provider: "" },
} as unknown as CapturedResource;

function workspaceThat(validated: readonly Diagnostic[], plan: Plan): TofuWorkspace {
  return {
    write: () => undefined,
    validate: () => Promise.resolve(validated),
    plan: () => Promise.resolve(plan),
    remove: () => undefined,
  };
}

describe("a verdict", () => {
  const nothing: Plan = { diagnostics: [], created: [] };

  it("counts what is planned and names resources as the program does", async () => {
    const warning: Diagnostic = {
      severity: "warning",
      summary: "Deprecated",
      detail: "Use\n  another",
      address: "aws_vpc.net_main",
    };
    const plan = { diagnostics: [warning, warning], created: ["aws_vpc.net_main", "terraform_data.x"] };
    const verdict = await verify([vpc], schema, workspaceThat([], plan));
    assert.deepEqual(verdict, { planned: 1, expected: 1, errors: [], warnings: ["net.main: Deprecated: Use another"] });
  });

  it("plans nothing that is not valid", async () => {
    const error: Diagnostic = {
      severity: "error",
      summary: "Missing",
      snippet: { context: "resource.aws_vpc.net_main" },
    };
    const plan: Plan = { diagnostics: [], created: ["aws_vpc.net_main"] };
    const verdict = await verify([vpc], schema, workspaceThat([error], plan));
    assert.deepEqual(verdict, { planned: 0, expected: 1, errors: ["net.main: Missing"], warnings: [] });
  });

  it("does not tell of the provider that comes from a folder", async () => {
    const notice: Diagnostic = { severity: "warning", summary: "Provider development overrides are in effect" };
    const { warnings } = await verify([vpc], schema, workspaceThat([notice], nothing));
    assert.deepEqual(warnings, []);
  });
});
