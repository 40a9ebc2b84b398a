import type { CapturedResource } from "./violationsOf.ts";

/** Resources that every policy accepts, in every environment. */

export const database: CapturedResource = {
  type: "aws:rds/instance:Instance",
  name: "db",
  opts: { protect: true },
  props: {
    storageEncrypted: true,
    kmsKeyId: "arn:aws:kms:eu-central-1:1:key/1",
    publiclyAccessible: false,
    backupRetentionPeriod: 35,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: "db-final",
    multiAz: true,
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: "arn:aws:kms:eu-central-1:1:key/1",
    deletionProtection: true,
    manageMasterUserPassword: true,
    parameterGroupName: "db-parameters",
  },
};

export const cluster: CapturedResource = {
  type: "aws:eks/cluster:Cluster",
  name: "cluster",
  opts: { protect: true },
  props: {
    encryptionConfig: { resources: ["secrets"], provider: { keyArn: "arn:aws:kms:eu-central-1:1:key/1" } },
    vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: false },
    enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
    accessConfig: { authenticationMode: "API" },
    deletionProtection: true,
  },
};

export const key: CapturedResource = {
  type: "aws:kms/key:Key",
  name: "key",
  opts: { protect: true },
  props: { enableKeyRotation: true, deletionWindowInDays: 30 },
};

export const launchTemplate: CapturedResource = {
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  name: "nodes",
  props: {
    metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
    blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }],
    networkInterfaces: [{ associatePublicIpAddress: "false" }],
  },
};

export const loadBalancer: CapturedResource = {
  type: "aws:lb/loadBalancer:LoadBalancer",
  name: "balancer",
  props: {
    accessLogs: { enabled: true, bucket: "logs" },
    dropInvalidHeaderFields: true,
    enableDeletionProtection: true,
  },
};

export const listener: CapturedResource = {
  type: "aws:lb/listener:Listener",
  name: "https",
  props: {
    protocol: "HTTPS",
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    certificateArn: "arn:aws:acm:eu-central-1:1:certificate/1",
    defaultActions: [{ type: "forward" }],
  },
};

export const distribution: CapturedResource = {
  type: "aws:cloudfront/distribution:Distribution",
  name: "cdn",
  props: {
    viewerCertificate: { acmCertificateArn: "arn", minimumProtocolVersion: "TLSv1.2_2021" },
    webAclId: "arn:aws:wafv2:us-east-1:1:global/webacl/1",
    defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" },
    orderedCacheBehaviors: [{ pathPattern: "/api/*", viewerProtocolPolicy: "https-only" }],
    origins: [
      { originId: "assets", domainName: "assets.s3.eu-central-1.amazonaws.com", originAccessControlId: "E1" },
      {
        originId: "api",
        domainName: "api.example.com",
        customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] },
      },
    ],
  },
};

export const bucket: CapturedResource = { type: "aws:s3/bucket:Bucket", name: "assets", props: { bucket: "assets" } };

export const vpc: CapturedResource = { type: "aws:ec2/vpc:Vpc", name: "vpc", props: { id: "vpc-1" } };
