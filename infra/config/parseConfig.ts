import { ConfigError, toProblems } from "../../autoscaler/src/config/problems.ts";
import { safety, type Safety } from "../safety.ts";
import { sizing, type Sizing } from "../sizing.ts";
import { checkTogether } from "./checks.ts";
import { configSchema, keyTypes, type AwsConfig, type LocalConfig } from "./schema.ts";

/** A stack's configuration, checked, with what follows from its size and its environment. */
export type PlatformConfig = AwsPlatformConfig | LocalPlatformConfig;

export type AwsPlatformConfig = AwsConfig & Derived;
export type LocalPlatformConfig = LocalConfig & Derived;

interface Derived {
  readonly sizing: Sizing;
  readonly safety: Safety;
}

/**
 * Checks a stack's configuration, key → text as Pulumi gives it.
 * @throws {ConfigError} that lists every problem; `source` names the stack in it
 */
export function parseConfig(raw: Readonly<Record<string, string>>, source: string): PlatformConfig {
  // Pulumi.yaml must give a default to what not every stack has: an empty value is a key left out.
  const given = Object.entries(raw).filter(([, text]) => text !== "" && text !== "{}");
  const document = Object.fromEntries(given.map(([key, text]) => [key, decode(key, text)]));
  const parsed = configSchema.safeParse(document);
  const known = parsed.success ? [] : toProblems(parsed.error.issues, document);
  // Checked also where some keys are out of bounds: whoever mends those should not be told of the next ones then.
  const problems = [...known, ...checkTogether(document as unknown as AwsConfig | LocalConfig, known)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(source, problems);
  const { environment } = parsed.data;
  return { ...parsed.data, sizing: sizingOf(parsed.data), safety: safety[environment] };
}

/** The size's, on one machine with the members that it is told to have. */
function sizingOf(config: AwsConfig | LocalConfig): Sizing {
  const whole: Sizing = sizing[config.size];
  if (config.environment !== "local") return whole;
  const { redis = whole.redis.nodes, rabbitmq = whole.rabbitmq.nodes, postgresReplicas } = config.local.members;
  return {
    ...whole,
    postgres: { ...whole.postgres, replicas: postgresReplicas },
    redis: { ...whole.redis, nodes: redis },
    rabbitmq: { ...whole.rabbitmq, nodes: rabbitmq },
  };
}

/** Pulumi hands every value over as text; what cannot be read stays text, and the schema says what is wrong with it. */
function decode(key: string, text: string): unknown {
  const type = keyTypes[key];
  if (type === "integer") return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
  if (type !== "object") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
