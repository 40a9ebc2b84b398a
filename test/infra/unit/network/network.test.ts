import assert from "node:assert/strict";
import { interfaceServices } from "../../../../infra/network/endpoints.ts";
import { Network, type NetworkArgs } from "../../../../infra/network/network.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";

const prod: NetworkArgs = {
  cidr: "10.0.0.0/16",
  region: "eu-central-1",
  accountId: "123456789012",
  availabilityZones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
  natGateways: "perZone",
  interfaceEndpoints: true,
  logRetentionDays: 90,
  clusterName: "jobsprint-prod",
};

const networkOf = async (args: Partial<NetworkArgs> = {}): Promise<readonly CapturedResource[]> =>
  (await capture(() => new Network("net", { ...prod, ...args }))).resources;

const namesOf = (resources: readonly CapturedResource[], type: string): string[] =>
  resources.filter((resource) => resource.type === type).map((resource) => resource.name);

describe("Network", function () {
  this.timeout(60_000);
  let resources: readonly CapturedResource[] = [];
  const named = (type: string, name: string): Record<string, unknown> => {
    const found = resources.find((resource) => resource.type.endsWith(`:${type}`) && resource.name === name);
    assert.ok(found, `${type} ${name}`);
    return found.props;
  };
  before(async () => {
    resources = await networkOf();
  });

  const cases = [
    { it: "resolves names of endpoints", type: "Vpc", name: "net-vpc", key: "enableDnsHostnames", value: true },
    {
      it: "gives nothing a public address",
      type: "Subnet",
      name: "net-zone-0-public",
      key: "mapPublicIpOnLaunch",
      value: false,
    },
    {
      it: "lets the default group in nowhere",
      type: "DefaultSecurityGroup",
      name: "net-default",
      key: "ingress",
      value: [],
    },
    {
      it: "lets the default group out nowhere",
      type: "DefaultSecurityGroup",
      name: "net-default",
      key: "egress",
      value: [],
    },
    { it: "sends the public out", type: "Route", name: "net-public", key: "gatewayId", value: "<net-internet.id>" },
    {
      it: "sends a zone out through its own gateway",
      type: "Route",
      name: "net-private-2",
      key: "natGatewayId",
      value: "<net-nat-2-gateway.id>",
    },
    {
      it: "leaves intra subnets on the table without routes",
      type: "RouteTableAssociation",
      name: "net-zone-1-intra",
      key: "routeTableId",
      value: "<net-intra.id>",
    },
    { it: "keeps S3 inside", type: "VpcEndpoint", name: "net-endpoints-s3", key: "vpcEndpointType", value: "Gateway" },
    {
      it: "answers AWS's names inside",
      type: "VpcEndpoint",
      name: "net-endpoints-ecr-dkr",
      key: "privateDnsEnabled",
      value: true,
    },
    {
      it: "lets the VPC call endpoints",
      type: "SecurityGroupIngressRule",
      name: "net-endpoints-https",
      key: "cidrIpv4",
      value: "10.0.0.0/16",
    },
    { it: "logs rejected traffic too", type: "FlowLog", name: "net-flow-logs-log", key: "trafficType", value: "ALL" },
    {
      it: "keeps flow logs for their time",
      type: "LogGroup",
      name: "net-flow-logs-group",
      key: "retentionInDays",
      value: 90,
    },
  ];
  for (const { it: says, type, name, key, value } of cases) {
    it(says, () => {
      assert.deepEqual(named(type, name)[key], value);
    });
  }

  it("tells load balancers their subnets", () => {
    const tags = (name: string): unknown => named("Subnet", name)["tags"];
    assert.deepEqual(tags("net-zone-0-public"), {
      Name: "net-zone-0-public-eu-central-1a",
      "kubernetes.io/cluster/jobsprint-prod": "shared",
      "kubernetes.io/role/elb": "1",
    });
    assert.ok(Object.hasOwn(tags("net-zone-0-private") as object, "kubernetes.io/role/internal-elb"));
    assert.deepEqual(tags("net-zone-0-intra"), { Name: "net-zone-0-intra-eu-central-1a" });
  });

  it("writes flow logs to their group alone, for this account alone", () => {
    assert.match(
      String(named("RolePolicy", "net-flow-logs-policy")["policy"]),
      /"Resource":"<net-flow-logs-group.arn>:\*"/,
    );
    assert.match(String(named("Role", "net-flow-logs-role")["assumeRolePolicy"]), /"aws:SourceAccount":"123456789012"/);
  });

  it("has an endpoint for each service", () => {
    assert.equal(namesOf(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").length, interfaceServices.length + 1);
  });

  it("has one NAT gateway for all zones where that is enough", async () => {
    resources = await networkOf({ natGateways: "single" });
    assert.deepEqual(namesOf(resources, "aws:ec2/natGateway:NatGateway"), ["net-nat-0-gateway"]);
    assert.equal(named("Route", "net-private-2")["natGatewayId"], "<net-nat-0-gateway.id>");
    assert.equal(named("RouteTableAssociation", "net-zone-2-private")["routeTableId"], "<net-zone-2-private.id>");
  });

  it("pays for no endpoint where none is asked for", async () => {
    const plain = await networkOf({ interfaceEndpoints: false });
    assert.deepEqual(namesOf(plain, "aws:ec2/vpcEndpoint:VpcEndpoint"), ["net-endpoints-s3"]);
  });

  it("names nothing after a zone, so that no spelling replaces a subnet", async () => {
    const other = await networkOf({ availabilityZones: ["us-west-2b", "us-west-2c", "us-west-2d"] });
    const names = (of: readonly CapturedResource[]): string[] => of.map((resource) => resource.name).toSorted();
    assert.deepEqual(names(other), names(await networkOf()));
  });
});
