import assert from "node:assert/strict";
import type { CapturedResource } from "../../../../infra/render/capture.ts";
import { translate } from "../support/document.ts";
import { terraformType } from "../support/names.ts";
import type { Block, Schema } from "../support/schema.ts";

const text = { type: "string", optional: true };
const output = { type: "string", computed: true };

function schemaOf(blocks: Record<string, Block>): Schema {
  return new Map(Object.entries(blocks));
}

const schema = schemaOf({
  aws_vpc: { attributes: { cidr_block: text, id: output } },
  aws_subnet: { attributes: { vpc_id: text } },
  aws_iam_role: { attributes: { name: text, policy: text, arn: output } },
  aws_db_instance: { attributes: { endpoint: output } },
  aws_instance: {},
  aws_lb: {},
  aws_lb_listener: {},
});

function resource(type: string, name: string, props: Record<string, unknown> = {}): CapturedResource {
  const provider = "urn:pulumi:dev::jobsprint::pulumi:providers:aws::cloud::id";
  return { type, name, props, custom: true, opts: { provider } } as unknown as CapturedResource;
}

/** The one resource of that type and name in the document, and the problems. */
function translated(
  resources: readonly CapturedResource[],
  type: string,
  name: string,
): { body: unknown; problems: readonly string[] } {
  const { document, problems } = translate(resources, schema);
  const bodies = document as { resource: Record<string, Record<string, unknown>> };
  return { body: bodies.resource[type]?.[name], problems };
}

describe("a Pulumi program in Terraform's words", () => {
  const types: readonly [string, string][] = [
    ["aws:ec2/vpc:Vpc", "aws_vpc"],
    ["aws:iam/role:Role", "aws_iam_role"],
    ["aws:rds/instance:Instance", "aws_db_instance"],
    ["aws:ec2/instance:Instance", "aws_instance"],
    ["aws:lb/loadBalancer:LoadBalancer", "aws_lb"],
    ["aws:alb/listener:Listener", "aws_lb_listener"],
  ];
  for (const [pulumi, terraform] of types)
    it(`takes ${pulumi} for ${terraform}`, () => {
      assert.equal(terraformType(pulumi, schema), terraform);
    });

  it("names a type it cannot find", () => {
    const { problems } = translated([resource("aws:new/thing:Thing", "shiny")], "", "");
    assert.deepEqual(problems, ["shiny: aws:new/thing:Thing: no Terraform type found; add it to the table of types"]);
  });

  it("refers to the outputs of other resources", () => {
    const vpc = resource("aws:ec2/vpc:Vpc", "net");
    const { body } = translated(
      [vpc, resource("aws:ec2/subnet:Subnet", "net-a", { vpcId: "<net.id>" })],
      "aws_subnet",
      "net-a",
    );
    assert.deepEqual(body, { vpc_id: "${aws_vpc.net.id}", provider: "aws.cloud" });
  });

  it("leaves outputs of other providers unknown", () => {
    const password = resource("random:index/randomPassword:RandomPassword", "secret");
    const { document, problems } = translate(
      [password, resource("aws:ec2/vpc:Vpc", "net", { cidrBlock: "<secret.result>" })],
      schema,
    );
    assert.match(JSON.stringify(document), /"cidr_block":"\$\{terraform_data\.secret\.output\}"/);
    assert.match(JSON.stringify(document), /"terraform_data":\{"secret":\{\}\}/);
    assert.deepEqual(problems, []);
  });

  it("keeps what only looks like a template, and refers inside a document", () => {
    const policy = { Resource: "<r.arn>", Condition: "${aws:username} %{x}" };
    const { body } = translated([resource("aws:iam/role:Role", "r", { name: "r", policy })], "aws_iam_role", "r");
    const expected = '{"Resource":"${aws_iam_role.r.arn}","Condition":"$${aws:username} %%{x}"}';
    assert.deepEqual(body, { name: "r", policy: expected, provider: "aws.cloud" });
  });

  it("names what Pulumi would name", () => {
    const { body } = translated([resource("aws:iam/role:Role", "node")], "aws_iam_role", "node");
    assert.deepEqual(body, { name: "node-1234567", provider: "aws.cloud" });
  });

  it("names a property and an output that nobody knows", () => {
    const vpc = resource("aws:ec2/vpc:Vpc", "net", { cidrBlok: "10.0.0.0/16" });
    const { problems } = translate(
      [vpc, resource("aws:ec2/subnet:Subnet", "net-a", { vpcId: "<net.identity>" })],
      schema,
    );
    assert.deepEqual(problems, [
      "net: cidrBlok is no property of aws_vpc",
      "net-a: <net.identity> is no output of the provider",
    ]);
  });
});
