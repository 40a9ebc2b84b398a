/** A stack's configuration with changes, and everything that must be said about it. */
export interface Refusal {
  readonly name: string;
  /** prod unless told. */
  readonly stack?: string;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

export const refusals: readonly Refusal[] = [
  { name: "an unknown key", changes: { replicas: "3" }, problems: ["replicas: is no key of this place"] },
  {
    name: "an unknown key in an object",
    changes: { "cluster.verison": "1.34" },
    problems: ["cluster.verison: is no key of this place"],
  },
  {
    name: "an unknown size",
    changes: { size: "huge" },
    problems: ['size: invalid option: expected one of "small"|"medium"|"large", found "huge"'],
  },
  {
    name: "an unknown environment",
    changes: { environment: "staging" },
    problems: ["environment: invalid discriminator value. Expected 'dev' | 'prod' | 'local', found \"staging\""],
  },
  { name: "no users", changes: { users: undefined }, problems: ["users: is required: expected number"] },
  {
    name: "a part of a user",
    changes: { users: "99.5" },
    problems: ["users: expected int, received number, found 99.5"],
  },
  {
    name: "users that are no number",
    changes: { users: "many" },
    problems: ['users: expected number, received string, found "many"'],
  },
  {
    name: "users beyond the size",
    stack: "dev",
    changes: { users: "101" },
    problems: ["size: small is planned for 100 users, found 101"],
  },
  {
    name: "users beyond the largest size",
    changes: { users: "20000" },
    problems: [
      "size: large carries fewer than 20000 users: PostgreSQL storage: 2048 GiB x 0.8 / 100 MB a user = 17592 users",
    ],
  },
  {
    name: "a network too small for its subnets",
    changes: { "network.cidr": "10.0.0.0/24" },
    problems: ["network.cidr: must be from /16 to /18, found 10.0.0.0/24"],
  },
  {
    name: "a network that starts within its block",
    changes: { "network.cidr": "10.0.1.0/16" },
    problems: ["network.cidr: must start at its block's first address, found 10.0.1.0/16"],
  },
  {
    name: "one zone in prod",
    changes: { "network.availabilityZones": ["eu-central-1a"] },
    problems: ["network.availabilityZones: must be at least 3 in prod, found 1"],
  },
  {
    name: "a zone named twice",
    stack: "dev",
    changes: { "network.availabilityZones": ["eu-central-1a", "eu-central-1a"] },
    problems: ["network.availabilityZones: must differ, found eu-central-1a, eu-central-1a"],
  },
  {
    name: "pools beyond the hundred connections",
    changes: { "pgbouncer.poolSize": 40 },
    problems: ["pgbouncer.poolSize: must be at most 33: 3 replicas x 40 = 120, beyond 100 connections"],
  },
  {
    name: "pools beyond max_connections",
    changes: { "pgbouncer.poolSize": 500, "pgbouncer.replicas": 10 },
    problems: [
      "pgbouncer.poolSize: must be at most 10: 10 replicas x 500 = 5000, beyond 100 connections",
      "pgbouncer: asks for 10025 connections (2 databases x 10 x 500 + 25), beyond max_connections 5000 of 64 GiB",
    ],
  },
  {
    name: "one PgBouncer",
    changes: { "pgbouncer.replicas": 1 },
    problems: ["pgbouncer.replicas: too small: expected number to be >=2, found 1"],
  },
  {
    name: "an image without digest in prod",
    changes: { "images.redis": "redis:8.2.3" },
    problems: ['images.redis: must end with a digest (@sha256:…) in prod, found "redis:8.2.3"'],
  },
  {
    name: "an image tagged latest",
    stack: "dev",
    changes: { "images.redis": "redis:latest" },
    problems: [
      'images.redis: must be name:tag or name:tag@sha256:…, with a tag other than latest, found "redis:latest"',
    ],
  },
  {
    name: "an image without tag",
    stack: "dev",
    changes: { "images.redis": "redis" },
    problems: ['images.redis: must be name:tag or name:tag@sha256:…, with a tag other than latest, found "redis"'],
  },
  {
    name: "a public API in prod",
    changes: { "cluster.publicAccessCidrs": ["203.0.113.0/24"] },
    problems: ["cluster.publicAccessCidrs: must be empty in prod: the endpoint is private"],
  },
  {
    name: "an API open to everybody",
    stack: "dev",
    changes: { "cluster.publicAccessCidrs": ["0.0.0.0/0"] },
    problems: ["cluster.publicAccessCidrs: must not let in everybody, found 0.0.0.0/0"],
  },
  {
    name: "an API that nobody reaches",
    stack: "dev",
    changes: { "cluster.publicAccessCidrs": [] },
    problems: ["cluster.publicAccessCidrs: must name who may reach the API in dev, found none"],
  },
  {
    name: "an account that YAML took for a number",
    changes: { accountId: "12345678901" },
    problems: ['accountId: must be twelve digits, in quotes, found "12345678901"'],
  },
  {
    name: "a certificate of another region",
    changes: { "edge.certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1" },
    problems: [
      'edge.certificateArn: must be of region eu-central-1, found "arn:aws:acm:eu-west-1:123456789012:certificate/1"',
    ],
  },
  {
    name: "CloudFront's certificate outside us-east-1",
    changes: { "edge.cdnCertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/1" },
    problems: [
      'edge.cdnCertificateArn: must be of us-east-1, found "arn:aws:acm:eu-central-1:123456789012:certificate/1"',
    ],
  },
  {
    name: "an object that is no JSON",
    changes: { tags: "{owner" },
    problems: ['tags: expected object, received string, found "{owner"'],
  },
  {
    name: "an add-on without version",
    changes: { "cluster.addonVersions": { coredns: "newest" } },
    problems: [
      "cluster.addonVersions.vpc-cni: is required: expected string",
      "cluster.addonVersions.kube-proxy: is required: expected string",
      'cluster.addonVersions.coredns: must be a version such as v1.21.1-eksbuild.1, found "newest"',
      "cluster.addonVersions.eks-pod-identity-agent: is required: expected string",
      "cluster.addonVersions.aws-ebs-csi-driver: is required: expected string",
      "cluster.addonVersions.metrics-server: is required: expected string",
    ],
  },
  {
    name: "AWS's keys in a local stack",
    stack: "local",
    changes: { region: "eu-central-1" },
    problems: ["region: is no key of this place"],
  },
  {
    name: "members that make no cluster",
    stack: "local",
    changes: { "local.members": { redis: 4, rabbitmq: 2, postgresReplicas: 0 } },
    problems: [
      "local.members.redis: invalid option: expected one of 1|3|6, found 4",
      "local.members.rabbitmq: invalid option: expected one of 1|3|5, found 2",
      "local.members.postgresReplicas: too small: expected number to be >=1, found 0",
    ],
  },
  {
    name: "clients that are no block of addresses",
    stack: "local",
    changes: { "local.clientCidrs": ["198.18.0.1"] },
    problems: ['local.clientCidrs[0]: must be an IPv4 block such as 203.0.113.0/24, found "198.18.0.1"'],
  },
  {
    name: "a pace slower than production's",
    stack: "local",
    changes: { "local.pace": 0.5 },
    problems: ["local.pace: too small: expected number to be >=1, found 0.5"],
  },
  {
    name: "a pace at which nothing is seen any more",
    stack: "local",
    changes: { "local.pace": 61 },
    problems: ["local.pace: too big: expected number to be <=60, found 61"],
  },
  {
    name: "more requests of a gateway than production's",
    stack: "local",
    changes: { "local.requestsPerSecondPerGateway": 1001 },
    problems: ["local.requestsPerSecondPerGateway: too big: expected number to be <=1000, found 1001"],
  },
  {
    name: "a machine of AWS",
    changes: { local: { divisor: 10, storageClass: "standard" } },
    problems: ["local: is no key of this place"],
  },
  {
    name: "a tier without image on AWS",
    stack: "dev",
    changes: { "images.n8n": undefined },
    problems: ["images.n8n: is required: expected string"],
  },
  {
    name: "a local gateway without image, which everything else is for",
    stack: "local",
    changes: { "images.apiGateway": undefined },
    problems: ["images.apiGateway: is required: expected string"],
  },
  {
    name: "several at once",
    changes: { users: "20000", "network.availabilityZones": ["a"], alarmEmail: "nobody", "pgbouncer.poolSize": 0 },
    problems: [
      "pgbouncer.poolSize: too small: expected number to be >=1, found 0",
      'alarmEmail: must be a mail address, found "nobody"',
      "size: large carries fewer than 20000 users: PostgreSQL storage: 2048 GiB x 0.8 / 100 MB a user = 17592 users",
      "network.availabilityZones: must be at least 3 in prod, found 1",
    ],
  },
];
