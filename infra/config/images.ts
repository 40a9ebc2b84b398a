import { z } from "zod";

/** Repository, a tag that is not "latest", and perhaps a digest. */
const image = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.:/_-]*:(?!latest(?:@|$))[A-Za-z0-9_][A-Za-z0-9._-]*(?:@sha256:[0-9a-f]{64})?$/,
    "must be name:tag or name:tag@sha256:…, with a tag other than latest",
  );

/** Tiers that a machine without AWS may do without: nothing else waits for them. */
const tiers = { frontend: image, aiService: image, integrationService: image, n8n: image };

/** What every stack runs. */
const everywhere = {
  apiGateway: image,
  workflowWorker: image,
  autoscaler: image,
  /** Migrations and partitions. */
  runtime: image,
  pgbouncer: image,
  pgbouncerExporter: image,
  redis: image,
  redisExporter: image,
  rabbitmq: image,
};

/** On AWS, the master password of the database is fetched from its own service. */
export const awsImages = z.strictObject({ ...tiers, ...everywhere, awsCli: image });

/** Without AWS, the database and Prometheus are pods too; a tier without an image is left out. */
export const localImages = z.strictObject({
  ...z.object(tiers).partial().shape,
  ...everywhere,
  postgres: image,
  prometheus: image,
});
