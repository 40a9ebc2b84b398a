import assert from "node:assert/strict";
import type { Block } from "../support/schema.ts";
import { translateBlock } from "../support/translate.ts";

const text = { type: "string" };
const block: Block = {
  attributes: {
    cidr_block: text,
    alarm_name: text,
    policy: text,
    port: { type: "number" },
    subnet_ids: { type: ["set", "string"] },
    tags: { type: ["map", "string"] },
    ingress: { type: ["set", ["object", { from_port: "number", description: "string" }]] },
    settings: { nested_type: { nesting_mode: "list", attributes: { item_name: text } } },
  },
  block_types: {
    vpc_config: { nesting_mode: "list", max_items: 1, block: { attributes: { subnet_id: text } } },
    default_action: { nesting_mode: "list", block: { attributes: { type: text } } },
    policy_entry: { nesting_mode: "set", block: {} },
  },
};

function translated(inputs: Record<string, unknown>, type?: string): { result: unknown; unresolved: string[] } {
  const unresolved: string[] = [];
  const walk = { text: (value: string): string => value.replace("<", "$<"), unresolved };
  const result = translateBlock(block, inputs, walk, type === undefined ? { path: "" } : { path: "", type });
  return { result, unresolved };
}

describe("Pulumi's inputs in Terraform's words", () => {
  const cases: readonly [string, Record<string, unknown>, unknown][] = [
    ["capitals for underscores", { cidrBlock: "10.0.0.0/16" }, { cidr_block: "10.0.0.0/16" }],
    ["numbers as they are", { port: 443 }, { port: 443 }],
    ["nothing for what is not given", { cidrBlock: null, port: undefined }, {}],
    ["texts through the references", { cidrBlock: "<a.b>" }, { cidr_block: "$<a.b>" }],
    ["a document for an object where a text is wanted", { policy: { Version: "1" } }, { policy: '{"Version":"1"}' }],
    ["the keys of a map untouched", { tags: { costCenter: "it" } }, { tags: { costCenter: "it" } }],
    ["a list for what Pulumi flattened", { subnetIds: "a" }, { subnet_ids: ["a"] }],
    ["a block for what Pulumi flattened", { vpcConfig: { subnetId: "a" } }, { vpc_config: { subnet_id: "a" } }],
    ["the singular for blocks", { defaultActions: [{ type: "a" }] }, { default_action: [{ type: "a" }] }],
    ["the singular of -ies", { policyEntries: [{}] }, { policy_entry: [{}] }],
    [
      "every key of a block that is an attribute",
      { ingress: [{ fromPort: 1 }] },
      { ingress: [{ from_port: 1, description: null }] },
    ],
    ["nested attributes", { settings: [{ itemName: "a" }] }, { settings: [{ item_name: "a" }] }],
  ];
  for (const [what, inputs, expected] of cases)
    it(`has ${what}`, () => {
      assert.deepEqual(translated(inputs), { result: expected, unresolved: [] });
    });

  it("knows what Pulumi renamed", () => {
    const { result } = translated({ name: "full" }, "aws_cloudwatch_metric_alarm");
    assert.deepEqual(result, { alarm_name: "full" });
  });

  it("names the path of a property that does not exist", () => {
    const { unresolved } = translated({ cidr: "a", vpcConfig: { subnet: "a" }, ingress: [{ toPort: 1 }] });
    assert.deepEqual(unresolved, ["cidr", "vpcConfig.subnet", "ingress.toPort"]);
  });
});
