import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { sampleEdge } from "./sampleEdge.ts";
import type { SampleScope } from "./sampleScope.ts";

/** One resource of every kind the platform needs of AWS, each as small as the provider accepts it. */
export function sampleProgram(): void {
  const provider = new aws.Provider("cloud", {
    region: "eu-central-1",
    defaultTags: { tags: { project: "jobsprint" } },
  });
  const scope = network({ provider });
  cluster(scope);
  database(scope);
  sampleEdge(scope);
}

function network(opts: pulumi.CustomResourceOptions): SampleScope {
  const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true }, opts);
  const subnets = ["a", "b"].map(
    (zone, index) =>
      new aws.ec2.Subnet(
        `net-${zone}`,
        {
          vpcId: vpc.id,
          cidrBlock: `10.0.${index}.0/24`,
          availabilityZone: `eu-central-1${zone}`,
          tags: { Name: zone },
        },
        opts,
      ),
  );
  const group = new aws.ec2.SecurityGroup(
    "net-group",
    {
      vpcId: vpc.id,
      description: "Sample",
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [vpc.cidrBlock], description: "HTTPS" }],
    },
    opts,
  );
  const key = new aws.kms.Key("net-key", { description: "Sample", enableKeyRotation: true }, opts);
  const logs = new aws.cloudwatch.LogGroup("net-logs", { retentionInDays: 7, kmsKeyId: key.arn }, opts);
  const bucket = new aws.s3.Bucket("net-bucket", {}, opts);
  new aws.ec2.FlowLog(
    "net-flow",
    {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestination: logs.arn,
      iamRoleArn: role("net-flow", "vpc-flow-logs", opts).arn,
    },
    opts,
  );
  new aws.ec2.VpcEndpoint(
    "net-s3",
    {
      vpcId: vpc.id,
      serviceName: "com.amazonaws.eu-central-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: [vpc.mainRouteTableId],
    },
    opts,
  );
  new aws.s3.BucketPolicy(
    "net-bucket-policy",
    { bucket: bucket.bucket, policy: { Version: "2012-10-17", Statement: [statement("s3:*", bucket.arn)] } },
    opts,
  );
  return { vpc, subnets, group, key, opts };
}

function cluster({ subnets, group, key, opts }: SampleScope): void {
  const nodes = role("eks-node", "ec2", opts);
  const eks = new aws.eks.Cluster(
    "eks",
    {
      roleArn: role("eks-control", "eks", opts).arn,
      version: "1.35",
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      vpcConfig: { subnetIds: subnets.map(({ id }) => id), securityGroupIds: [group.id], endpointPublicAccess: false },
      encryptionConfig: { provider: { keyArn: key.arn }, resources: ["secrets"] },
      enabledClusterLogTypes: ["api", "audit"],
    },
    opts,
  );
  const template = new aws.ec2.LaunchTemplate(
    "eks-template",
    {
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 50, volumeType: "gp3", encrypted: "true" } }],
      tagSpecifications: [{ resourceType: "instance", tags: { Name: "node" } }],
    },
    opts,
  );
  new aws.eks.NodeGroup(
    "eks-general",
    {
      clusterName: eks.name,
      nodeRoleArn: nodes.arn,
      subnetIds: subnets.map(({ id }) => id),
      scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 10 },
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      taints: [{ key: "system", effect: "NO_SCHEDULE" }],
      instanceTypes: ["m7g.large"],
    },
    opts,
  );
  new aws.eks.Addon(
    "eks-cni",
    { clusterName: eks.name, addonName: "vpc-cni", resolveConflictsOnUpdate: "PRESERVE" },
    opts,
  );
  new aws.eks.AccessEntry("eks-admin", { clusterName: eks.name, principalArn: nodes.arn, type: "STANDARD" }, opts);
  new aws.eks.PodIdentityAssociation(
    "eks-pod",
    { clusterName: eks.name, namespace: "kube-system", serviceAccount: "controller", roleArn: nodes.arn },
    opts,
  );
}

function database({ subnets, group, key, opts }: SampleScope): void {
  const subnetGroup = new aws.rds.SubnetGroup("db-subnets", { subnetIds: subnets.map(({ id }) => id) }, opts);
  const parameters = new aws.rds.ParameterGroup(
    "db-parameters",
    { family: "postgres17", parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" }] },
    opts,
  );
  const shared = {
    instanceClass: "db.m7g.large",
    parameterGroupName: parameters.name,
    vpcSecurityGroupIds: [group.id],
    storageEncrypted: true,
  };
  const primary = new aws.rds.Instance(
    "db",
    {
      ...shared,
      engine: "postgres",
      engineVersion: "17.6",
      allocatedStorage: 100,
      username: "jobsprint",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: key.keyId,
      dbSubnetGroupName: subnetGroup.name,
      backupRetentionPeriod: 7,
      kmsKeyId: key.arn,
      skipFinalSnapshot: true,
    },
    opts,
  );
  new aws.rds.Instance(
    "db-replica-0",
    { ...shared, replicateSourceDb: primary.identifier, skipFinalSnapshot: true },
    opts,
  );
  const topic = new aws.sns.Topic("db-alarms", { kmsMasterKeyId: key.id }, opts);
  new aws.cloudwatch.MetricAlarm(
    "db-storage",
    {
      comparisonOperator: "LessThanThreshold",
      evaluationPeriods: 3,
      metricName: "FreeStorageSpace",
      namespace: "AWS/RDS",
      period: 60,
      statistic: "Minimum",
      threshold: 1,
      dimensions: { DBInstanceIdentifier: primary.identifier },
      alarmActions: [topic.arn],
    },
    opts,
  );
}

function role(name: string, service: string, opts: pulumi.CustomResourceOptions): aws.iam.Role {
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: `${service}.amazonaws.com` } };
  const made = new aws.iam.Role(
    name,
    { assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }) },
    opts,
  );
  const policy = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "logs:PutLogEvents", Resource: "*" }],
  };
  new aws.iam.RolePolicy(`${name}-policy`, { role: made.name, policy: JSON.stringify(policy) }, opts);
  return made;
}

function statement(action: string, resource: pulumi.Input<string>): aws.iam.PolicyStatement {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
