import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { isRecord } from "./wire.ts";

type Bag = Record<string, unknown>;

/** Outputs that only a provider knows, beside the arn and the name that stand in for every AWS resource. */
const attributes: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/vpc:Vpc": ["defaultSecurityGroupId", "defaultNetworkAclId", "mainRouteTableId"],
  "aws:ec2/launchTemplate:LaunchTemplate": ["latestVersion"],
  "aws:eks/cluster:Cluster": ["endpoint"],
  "aws:rds/instance:Instance": ["address", "endpoint", "identifier"],
  "aws:lb/loadBalancer:LoadBalancer": ["dnsName", "zoneId", "arnSuffix"],
  "aws:lb/targetGroup:TargetGroup": ["arnSuffix"],
  "aws:cloudfront/distribution:Distribution": ["domainName", "hostedZoneId"],
  "aws:s3/bucket:Bucket": ["bucket", "bucketDomainName", "bucketRegionalDomainName"],
  "aws:kms/key:Key": ["keyId"],
  "aws:ec2/eip:Eip": ["allocationId", "publicIp"],
};

/** Outputs with a shape, by type. */
const shaped: Readonly<Record<string, (name: string) => Bag>> = {
  "aws:eks/cluster:Cluster": (name) => ({
    certificateAuthority: { data: stand(name, "certificateAuthority") },
    vpcConfig: { clusterSecurityGroupId: stand(name, "clusterSecurityGroupId") },
  }),
  "aws:rds/instance:Instance": (name) => ({
    port: 5432,
    masterUserSecrets: [{ secretArn: stand(name, "masterUserSecretArn") }],
  }),
  "random:index/randomPassword:RandomPassword": (name) => ({ result: generatedSecret(name) }),
  "random:index/randomBytes:RandomBytes": (name) => ({ base64: generatedSecret(name), hex: generatedSecret(name) }),
  "random:index/randomId:RandomId": () => ({ hex: "0a1b2c3d" }),
  "tls:index/privateKey:PrivateKey": (name) => ({
    privateKeyPem: generatedSecret(name),
    privateKeyPemPkcs8: generatedSecret(name),
    publicKeyPem: stand(name, "publicKeyPem"),
  }),
  "tls:index/selfSignedCert:SelfSignedCert": (name) => ({ certPem: stand(name, "certPem") }),
  "tls:index/certRequest:CertRequest": (name) => ({ certRequestPem: stand(name, "certRequestPem") }),
  "tls:index/locallySignedCert:LocallySignedCert": (name) => ({ certPem: stand(name, "certPem") }),
};

/** A readable text in place of a value that is known only once the resource exists. */
export const stand = (name: string, attribute: string): string => `<${name}.${attribute}>`;

/** The secret that stands in for the one a provider would generate: recognisable, so that a test can look for it. */
export const generatedSecret = (name: string): string => `generated-secret-of-${name}`;

/** Id and state of a resource as a provider would answer, for a run without one. */
export function outputsOf({ type, name, inputs, custom }: MockResourceArgs): { id: string; state: Bag } {
  if (custom === false) return { id: "", state: inputs as Bag };
  if (type.startsWith("kubernetes:")) return ofKubernetes(name, inputs as Bag);
  const names = attributes[type] ?? [];
  const given = Object.fromEntries(names.map((attribute) => [attribute, stand(name, attribute)]));
  const general = type.startsWith("aws:") ? { arn: stand(name, "arn"), name: stand(name, "name") } : {};
  // Last, what the program has set itself.
  const state = { ...general, ...given, ...merged(shaped[type]?.(name) ?? {}, inputs as Bag) };
  return { id: stand(name, "id"), state };
}

/** A provider adds its own fields beside those the program has set in the same object. */
function merged(outputs: Bag, inputs: Bag): Bag {
  const both = Object.entries(outputs).map(([key, value]) => {
    const input = inputs[key];
    return [key, isRecord(value) && isRecord(input) ? { ...value, ...input } : (input ?? value)] as const;
  });
  return { ...inputs, ...Object.fromEntries(both) };
}

function ofKubernetes(name: string, inputs: Bag): { id: string; state: Bag } {
  const metadata = (inputs["metadata"] ?? {}) as { name?: string; namespace?: string };
  const named = { ...metadata, name: metadata.name ?? name };
  return { id: [named.namespace, named.name].filter(Boolean).join("/"), state: { ...inputs, metadata: named } };
}
