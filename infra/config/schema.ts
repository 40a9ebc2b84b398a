import { z } from "zod";
import { platformLimits } from "../capacity/limits.ts";
import { sizes } from "../sizing.ts";
import { awsImages, localImages } from "./images.ts";

const arn = (service: string): z.ZodString =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `must be an ARN of ${service}`);

/** Kubernetes labels and AWS tags take less than each other: what fits both. */
const tag = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "must be 1 to 63 letters, digits, '.', '_' or '-'");

const domain = z
  .string()
  .regex(/^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, "must be a domain name");

const cidr = z.string().regex(/^(?:\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, "must be an IPv4 block such as 203.0.113.0/24");

const version = z.string().regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, "must be a version such as v1.21.1-eksbuild.1");

/** How many users there are; beyond ten million nothing here was thought through. */
const users = z.int().min(1).max(10_000_000);

const common = {
  size: z.enum(sizes),
  users,
  tags: z.strictObject({ owner: tag, costCenter: tag }),
  pgbouncer: z.strictObject({
    /** One is no replica: it could not be replaced without a gap. */
    replicas: z.int().min(2).max(10),
    /** Server connections of one PgBouncer to one database for one user. */
    poolSize: z.int().min(1).max(500),
  }),
};

const awsSchema = z.strictObject({
  ...common,
  environment: z.enum(["dev", "prod"]),
  images: awsImages,
  /** The program refuses to run with credentials of another one. */
  accountId: z.string().regex(/^\d{12}$/, "must be twelve digits, in quotes"),
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "must be a region such as eu-central-1"),
  network: z.strictObject({ cidr, availabilityZones: z.array(z.string().min(1)).min(1) }),
  cluster: z.strictObject({
    version: z.string().regex(/^1\.\d{2}$/, "must be a minor version such as 1.35"),
    adminPrincipalArns: z.array(arn("iam")).min(1),
    /** Who may reach the Kubernetes API from outside; of no effect where its endpoint is private. */
    publicAccessCidrs: z.array(cidr),
    addonVersions: z.strictObject({
      "vpc-cni": version,
      "kube-proxy": version,
      coredns: version,
      "eks-pod-identity-agent": version,
      "aws-ebs-csi-driver": version,
      "metrics-server": version,
    }),
  }),
  edge: z.strictObject({
    domain,
    /** Of the load balancer, in the stack's region. */
    certificateArn: arn("acm"),
    /** Of AWS's list com.amazonaws.global.cloudfront.origin-facing in the stack's region. */
    originPrefixListId: z.string().regex(/^pl-[0-9a-f]+$/, "must be a prefix list such as pl-a3a144ca"),
    /** CloudFront takes certificates of one region only. */
    cdnCertificateArn: arn("acm").regex(/^arn:aws[a-z-]*:acm:us-east-1:/, "must be of us-east-1"),
  }),
  /** Alarms of the database go there. */
  alarmEmail: z.email("must be a mail address"),
});

const localSchema = z.strictObject({
  ...common,
  environment: z.literal("local"),
  images: localImages,
  local: z.strictObject({
    /** What the size asks for is divided by it: one machine holds the platform. */
    divisor: z.number().min(1).max(100),
    storageClass: z.string().min(1),
    /** Members in place of the size's: a cluster of each can be tried on one machine. */
    members: z
      .strictObject({
        // One alone, three masters, or three with a replica each; a majority of an even number is no smaller than of the next.
        redis: z.literal([1, 3, 6]).optional(),
        rabbitmq: z.literal([1, 3, 5]).optional(),
        postgresReplicas: z.int().min(1).max(3).default(1),
      })
      .prefault({}),
    /** Who may call the public services, where no load balancer does; nobody unless told. */
    clientCidrs: z.array(cidr).default([]),
    /** Waits and periods of the way down are divided by it, so that minutes show what takes hours; 1, as in production, unless told. */
    pace: z.number().min(1).max(60).default(1),
    /** Of the gateway's HPA: a machine can not make the load of a thousand. */
    requestsPerSecondPerGateway: z
      .number()
      .min(1)
      .max(platformLimits.requestsPerSecondPerGateway)
      .default(platformLimits.requestsPerSecondPerGateway),
    /** Pods of a tier at most: those that start at once slow each other down where they share a few cores. A size whose least is more keeps its own. */
    maxReplicas: z
      .strictObject({
        apiGateway: z.int().min(2).max(platformLimits.apiGatewayMaxReplicas).optional(),
        workflowWorker: z.int().min(2).max(platformLimits.workerMaxReplicas).optional(),
      })
      .prefault({}),
  }),
});

/** Every key of a stack; a stack on AWS and one without it differ in what they need. */
export const configSchema = z.discriminatedUnion("environment", [awsSchema, localSchema]);

export type AwsConfig = z.infer<typeof awsSchema>;
export type LocalConfig = z.infer<typeof localSchema>;

/** Top-level keys and what Pulumi.yaml declares them as. */
export const keyTypes: Readonly<Record<string, "string" | "integer" | "object">> = {
  environment: "string",
  size: "string",
  users: "integer",
  tags: "object",
  images: "object",
  pgbouncer: "object",
  accountId: "string",
  region: "string",
  network: "object",
  cluster: "object",
  edge: "object",
  alarmEmail: "string",
  local: "object",
};
