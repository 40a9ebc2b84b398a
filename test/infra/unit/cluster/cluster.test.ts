import assert from "node:assert/strict";
import { Cluster, type ClusterArgs } from "../../../../infra/cluster/cluster.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import * as pulumi from "@pulumi/pulumi";

const prod: Omit<ClusterArgs, "intraSubnetIds" | "privateSubnetIds"> = {
  clusterName: "jobsprint-prod",
  region: "eu-central-1",
  version: "1.35",
  size: "large",
  vpcCidr: "10.0.0.0/16",
  privateEndpoint: true,
  publicAccessCidrs: [],
  adminPrincipalArns: ["arn:aws:iam::123456789012:role/platform", "arn:aws:iam::123456789012:role/deploy"],
  addonVersions: { coredns: "v1.13.2-eksbuild.1" },
  spotNodes: false,
  logRetentionDays: 90,
  protect: true,
  deletionProtection: true,
  zonalShift: true,
};

const clusterOf = async (args: Partial<ClusterArgs> = {}): Promise<readonly CapturedResource[]> => {
  const ids = (kind: string): pulumi.Output<string>[] => [0, 1, 2].map((zone) => pulumi.output(`${kind}-${zone}`));
  const program = (): Cluster =>
    new Cluster("c", { ...prod, intraSubnetIds: ids("intra"), privateSubnetIds: ids("private"), ...args });
  return (await capture(program)).resources;
};

const find = (resources: readonly CapturedResource[], type: string, name: string): CapturedResource => {
  const found = resources.find((resource) => resource.type.endsWith(`:${type}`) && resource.name === name);
  assert.ok(found, `${type} ${name}`);
  return found;
};

/** A property by its path, such as vpcConfig.subnetIds. */
const at = (resource: CapturedResource, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], resource.props);

describe("Cluster", function () {
  this.timeout(60_000);
  let safe: readonly CapturedResource[] = [];
  let open: readonly CapturedResource[] = [];
  before(async () => {
    safe = await clusterOf();
    const cidrs = { privateEndpoint: false, publicAccessCidrs: ["192.0.2.0/24"] };
    open = await clusterOf({ ...cidrs, spotNodes: true, protect: false, deletionProtection: false });
  });

  const eks = "c-control-plane-eks";
  const data = "c-nodes-data-2-group";
  const general = "c-nodes-general-group";
  const template = "c-nodes-general-template";
  const cases = [
    { type: "Cluster", name: eks, path: "version", value: "1.35" },
    { type: "Cluster", name: eks, path: "vpcConfig.subnetIds", value: ["intra-0", "intra-1", "intra-2"] },
    { type: "Cluster", name: eks, path: "vpcConfig.endpointPublicAccess", value: false },
    { type: "Cluster", name: eks, path: "accessConfig.authenticationMode", value: "API" },
    { type: "Cluster", name: eks, path: "accessConfig.bootstrapClusterCreatorAdminPermissions", value: false },
    { type: "Cluster", name: eks, path: "bootstrapSelfManagedAddons", value: false },
    { type: "Cluster", name: eks, path: "encryptionConfig.resources", value: ["secrets"] },
    { type: "Cluster", name: eks, path: "encryptionConfig.provider.keyArn", value: "<c-encryption-key.arn>" },
    { type: "Cluster", name: eks, path: "upgradePolicy.supportType", value: "STANDARD" },
    { type: "Cluster", name: eks, path: "deletionProtection", value: true },
    { type: "Cluster", name: eks, path: "zonalShiftConfig.enabled", value: true },
    { type: "Cluster", name: eks, path: "enabledClusterLogTypes.length", value: 5 },
    { type: "SecurityGroupIngressRule", name: "c-control-plane-api", path: "cidrIpv4", value: "10.0.0.0/16" },
    { type: "SecurityGroupIngressRule", name: "c-control-plane-api", path: "fromPort", value: 443 },
    { type: "LogGroup", name: "c-control-plane-logs", path: "name", value: "/aws/eks/jobsprint-prod/cluster" },
    { type: "LogGroup", name: "c-control-plane-logs", path: "retentionInDays", value: 90 },
    { type: "Key", name: "c-encryption-key", path: "enableKeyRotation", value: true },
    { type: "NodeGroup", name: data, path: "subnetIds", value: ["private-2"] },
    { type: "NodeGroup", name: data, path: "labels", value: { dedicated: "data" } },
    {
      type: "NodeGroup",
      name: data,
      path: "taints",
      value: [{ key: "dedicated", value: "data", effect: "NO_SCHEDULE" }],
    },
    { type: "NodeGroup", name: data, path: "updateConfig", value: { maxUnavailable: 1 } },
    { type: "NodeGroup", name: "c-nodes-system-group", path: "taints.0.key", value: "CriticalAddonsOnly" },
    { type: "NodeGroup", name: general, path: "amiType", value: "AL2023_x86_64_STANDARD" },
    { type: "NodeGroup", name: general, path: "taints", value: undefined },
    { type: "NodeGroup", name: general, path: "capacityType", value: "ON_DEMAND" },
    { type: "NodeGroup", name: general, path: "nodeRepairConfig.enabled", value: true },
    { type: "LaunchTemplate", name: template, path: "metadataOptions.httpTokens", value: "required" },
    { type: "LaunchTemplate", name: template, path: "metadataOptions.httpPutResponseHopLimit", value: 1 },
    { type: "LaunchTemplate", name: template, path: "blockDeviceMappings.0.ebs.encrypted", value: "true" },
    { type: "LaunchTemplate", name: template, path: "blockDeviceMappings.0.ebs.volumeType", value: "gp3" },
    { type: "LaunchTemplate", name: template, path: "networkInterfaces.0.associatePublicIpAddress", value: "false" },
    { type: "Addon", name: "c-coredns-addon", path: "addonVersion", value: "v1.13.2-eksbuild.1" },
    { type: "Addon", name: "c-kube-proxy-addon", path: "addonVersion", value: undefined },
    { type: "Addon", name: "c-coredns-addon", path: "resolveConflictsOnUpdate", value: "PRESERVE" },
    { type: "Addon", name: "c-vpc-cni-addon", path: "podIdentityAssociations.0.serviceAccount", value: "aws-node" },
    {
      type: "Addon",
      name: "c-aws-ebs-csi-driver-addon",
      path: "podIdentityAssociations.0.serviceAccount",
      value: "ebs-csi-controller-sa",
    },
    {
      type: "AccessEntry",
      name: "c-access-123456789012-role-deploy-entry",
      path: "principalArn",
      value: "arn:aws:iam::123456789012:role/deploy",
    },
    {
      type: "AccessPolicyAssociation",
      name: "c-access-123456789012-role-platform-admin",
      path: "accessScope.type",
      value: "cluster",
    },
    { type: "kubernetes", name: "c-kubernetes", path: "clusterIdentifier", value: "jobsprint-prod" },
    { type: "StorageClass", name: "c-storage-class", path: "metadata.name", value: "fast-ssd" },
    { type: "StorageClass", name: "c-storage-class", path: "reclaimPolicy", value: "Retain" },
    { type: "StorageClass", name: "c-storage-class", path: "parameters", value: { type: "gp3", encrypted: "true" } },
    { type: "StorageClass", name: "c-storage-class", path: "volumeBindingMode", value: "WaitForFirstConsumer" },
    { type: "StorageClass", name: "c-storage-class", path: "allowVolumeExpansion", value: true },
  ];
  for (const { type, name, path, value } of cases) {
    it(`sets ${path} of ${name} to ${JSON.stringify(value)}`, () => {
      assert.deepEqual(at(find(safe, type, name), path), value);
    });
  }

  const relaxed = [
    { type: "Cluster", name: eks, path: "vpcConfig.endpointPublicAccess", value: true },
    { type: "Cluster", name: eks, path: "vpcConfig.publicAccessCidrs", value: ["192.0.2.0/24"] },
    { type: "Cluster", name: eks, path: "vpcConfig.endpointPrivateAccess", value: true },
    { type: "NodeGroup", name: general, path: "capacityType", value: "SPOT" },
    { type: "NodeGroup", name: data, path: "capacityType", value: "ON_DEMAND" },
    { type: "StorageClass", name: "c-storage-class", path: "reclaimPolicy", value: "Delete" },
  ];
  for (const { type, name, path, value } of relaxed) {
    it(`relaxes ${path} of ${name} to ${JSON.stringify(value)}`, () => {
      assert.deepEqual(at(find(open, type, name), path), value);
    });
  }

  it("is not opened to everybody", async () => {
    await assert.rejects(clusterOf({ privateEndpoint: false }), { propertyPath: "publicAccessCidrs" });
  });

  for (const [type, name] of [
    ["Cluster", eks],
    ["Key", "c-encryption-key"],
  ] as const) {
    it(`protects ${name} where it is asked to`, () => {
      assert.deepEqual([find(safe, type, name).opts.protect, find(open, type, name).opts.protect], [true, false]);
    });
  }

  it("leaves the number of nodes to the cluster autoscaler", () => {
    for (const { type, opts } of safe) {
      if (type.endsWith(":NodeGroup") && type.startsWith("aws:")) {
        assert.deepEqual(opts.ignoreChanges, ["scalingConfig.desiredSize"]);
      }
    }
  });

  it("tells no one the kubeconfig", () => {
    assert.deepEqual(find(safe, "kubernetes", "c-kubernetes").secretPaths, ["kubeconfig"]);
  });

  it("keeps its name whatever administrator leaves", async () => {
    const fewer = await clusterOf({ adminPrincipalArns: ["arn:aws:iam::123456789012:role/deploy"] });
    const entry = "c-access-123456789012-role-deploy-entry";
    assert.equal(find(fewer, "AccessEntry", entry).urn, find(safe, "AccessEntry", entry).urn);
  });

  it("logs to its own group from the first line", () => {
    assert.ok(find(safe, "Cluster", eks).opts.dependsOn.some((urn) => urn.endsWith("::c-control-plane-logs")));
  });

  it("lets a service account's own pods alone take its role", () => {
    const role = JSON.parse(String(find(safe, "Role", "c-vpc-cni-role").props["assumeRolePolicy"])) as {
      Statement: Record<string, unknown>[];
    };
    assert.deepEqual(role.Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:RequestTag/kubernetes-namespace": "kube-system",
            "aws:RequestTag/kubernetes-service-account": "aws-node",
          },
        },
      },
    ]);
  });
});
