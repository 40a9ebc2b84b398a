import type { Problem } from "../../autoscaler/src/config/problems.ts";
import { poolProblems } from "../capacity/pools.ts";
import { whyTooSmall } from "../capacity/plan.ts";
import { zonesOf } from "../network/subnets.ts";
import { safety } from "../safety.ts";
import { sizing } from "../sizing.ts";
import type { AwsConfig, LocalConfig } from "./schema.ts";

type Config = AwsConfig | LocalConfig;

interface Check {
  /** Keys that must be in bounds for the check to make sense. */
  readonly needs: readonly string[];
  readonly problems: (config: Config) => Problem[];
}

const checks: readonly Check[] = [
  { needs: ["size", "users"], problems: outgrown },
  { needs: ["size", "pgbouncer"], problems: pools },
  { needs: ["environment", "images"], problems: unpinned },
  { needs: ["environment", "network"], problems: onAws(networkProblems) },
  { needs: ["environment", "cluster"], problems: onAws(endpointProblems) },
  { needs: ["region", "edge"], problems: onAws(certificateProblems) },
];

/**
 * What no single key tells: values that do not go together. A check is left out where a key that it needs is among the
 * problems already known, so that all that is wrong is told at once and nothing twice.
 */
export function checkTogether(config: Config, known: readonly Problem[] = []): Problem[] {
  const bad = (key: string): boolean => known.some(({ path }) => path.split(/[.[]/)[0] === key);
  return checks.filter(({ needs }) => !needs.some(bad)).flatMap(({ problems }) => problems(config));
}

function onAws(problems: (config: AwsConfig) => Problem[]): (config: Config) => Problem[] {
  return (config) => (config.environment === "local" ? [] : problems(config));
}

function pools({ pgbouncer, size }: Config): Problem[] {
  return poolProblems(pgbouncer, sizing[size].postgres.memoryGi);
}

function outgrown({ users, size }: Config): Problem[] {
  const reason = whyTooSmall(users, size);
  return reason === undefined ? [] : [{ path: "size", message: reason }];
}

function unpinned({ environment, images }: Config): Problem[] {
  if (!safety[environment].digestPins) return [];
  return Object.entries(images)
    .filter(([, image]) => !image?.includes("@sha256:"))
    .map(([name, image]) => ({
      path: `images.${name}`,
      message: `must end with a digest (@sha256:…) in ${environment}, found "${image}"`,
    }));
}

function networkProblems({ environment, network: { cidr, availabilityZones } }: AwsConfig): Problem[] {
  const { minZones } = safety[environment];
  const few: Problem[] =
    availabilityZones.length < minZones
      ? [
          {
            path: "network.availabilityZones",
            message: `must be at least ${minZones} in ${environment}, found ${availabilityZones.length}`,
          },
        ]
      : [];
  return [...few, ...(few.length > 0 ? [] : subnetProblems(cidr, availabilityZones))];
}

/** The network's own arithmetic decides whether the block can be divided. */
function subnetProblems(cidr: string, zones: readonly string[]): Problem[] {
  try {
    zonesOf(cidr, zones);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message.split("; ").map((text) => {
      const [key = "", ...rest] = text.split(": ");
      return { path: `network.${key}`, message: rest.join(": ") };
    });
  }
}

function endpointProblems({ environment, cluster: { publicAccessCidrs } }: AwsConfig): Problem[] {
  const problems: Problem[] = [];
  const path = "cluster.publicAccessCidrs";
  const open = publicAccessCidrs.filter((cidr) => cidr.endsWith("/0"));
  if (open.length > 0) problems.push({ path, message: `must not let in everybody, found ${open.join(", ")}` });
  if (safety[environment].privateEndpoint && publicAccessCidrs.length > 0)
    problems.push({ path, message: `must be empty in ${environment}: the endpoint is private` });
  if (!safety[environment].privateEndpoint && publicAccessCidrs.length === 0)
    problems.push({ path, message: `must name who may reach the API in ${environment}, found none` });
  return problems;
}

function certificateProblems({ region, edge: { certificateArn } }: AwsConfig): Problem[] {
  if (certificateArn.includes(`:${region}:`)) return [];
  return [{ path: "edge.certificateArn", message: `must be of region ${region}, found "${certificateArn}"` }];
}
