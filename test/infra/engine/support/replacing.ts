import { isDeepStrictEqual } from "node:util";
import type { Bag } from "./bag.ts";

/**
 * Type → paths a provider cannot change in place, for what holds data and what data hangs on. From the "Forces new
 * resource" notes of the AWS provider's documentation and the Kubernetes provider's table of immutable fields.
 */
const immutable: Readonly<Record<string, readonly string[]>> = {
  "aws:rds/instance:Instance": [
    "availabilityZone",
    "characterSetName",
    "dbName",
    "engine",
    "kmsKeyId",
    "storageEncrypted",
    "username",
  ],
  "aws:rds/parameterGroup:ParameterGroup": ["family", "name"],
  "aws:rds/subnetGroup:SubnetGroup": ["name"],
  "aws:kms/key:Key": ["customerMasterKeySpec", "customKeyStoreId", "keyUsage", "multiRegion"],
  "aws:s3/bucket:Bucket": ["bucket", "objectLockEnabled"],
  "aws:eks/cluster:Cluster": [
    "name",
    "roleArn",
    "bootstrapSelfManagedAddons",
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
    "encryptionConfig.provider.keyArn",
    "kubernetesNetworkConfig.ipFamily",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
    "vpcConfig.vpcId",
  ],
  "aws:eks/nodeGroup:NodeGroup": [
    "amiType",
    "capacityType",
    "clusterName",
    "diskSize",
    "instanceTypes",
    "launchTemplate.id",
    "nodeRoleArn",
    "subnetIds",
  ],
  "aws:ec2/vpc:Vpc": ["cidrBlock"],
  "aws:ec2/subnet:Subnet": ["availabilityZone", "cidrBlock", "vpcId"],
  "aws:secretsmanager/secret:Secret": ["name"],
  "kubernetes:apps/v1:StatefulSet": [
    "metadata.name",
    "metadata.namespace",
    "spec.podManagementPolicy",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "kubernetes:apps/v1:Deployment": ["metadata.name", "metadata.namespace", "spec.selector"],
  "kubernetes:batch/v1:Job": ["metadata.name", "metadata.namespace", "spec.selector", "spec.template"],
  "kubernetes:core/v1:PersistentVolumeClaim": [
    "metadata.name",
    "metadata.namespace",
    "spec.accessModes",
    "spec.storageClassName",
  ],
  "kubernetes:storage.k8s.io/v1:StorageClass": ["metadata.name", "parameters", "provisioner", "volumeBindingMode"],
};

/** Elsewhere in Kubernetes only the name and the namespace are fixed. */
const ofKubernetes = ["metadata.name", "metadata.namespace"];

/** Both bags of a resource and the top-level keys that differ between them. */
export interface Change {
  readonly before: Bag;
  readonly after: Bag;
  readonly changed: readonly string[];
}

/** The paths among the changes that make a new resource of it. */
export function replacing(type: string, change: Change): string[] {
  // A random value or a certificate is made once: its provider has no update.
  if (/^(random|tls):/.test(type)) return [...change.changed];
  const paths = immutable[type] ?? (type.startsWith("kubernetes:") ? ofKubernetes : []);
  return paths.filter((path) => !isDeepStrictEqual(at(change.before, path), at(change.after, path)));
}

function at(bag: Bag, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Bag | undefined)?.[key], bag);
}
