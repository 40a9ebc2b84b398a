import { z } from "zod";

/** Repository, a tag that is not "latest", and perhaps a digest. */
const image = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.:/_-]*:(?!latest(?:@|$))[A-Za-z0-9_][A-Za-z0-9._-]*(?:@sha256:[0-9a-f]{64})?$/,
    "must be name:tag or name:tag@sha256:…, with a tag other than latest",
  );

/** What every stack runs. */
const everywhere = {
  frontend: image,
  apiGateway: image,
  aiService: image,
  integrationService: image,
  n8n: image,
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
export const awsImages = z.strictObject({ ...everywhere, awsCli: image });

/** Without AWS, the database and Prometheus are pods too. */
export const localImages = z.strictObject({ ...everywhere, postgres: image, prometheus: image });

export type Images = z.infer<z.ZodObject<typeof everywhere>>;
