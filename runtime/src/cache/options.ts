import type { CdnInvalidation } from "./cdn/cdnInvalidation.ts";
import type { Address } from "./redis/topology.ts";
import type { Access } from "./redis/client.ts";
import type { CacheTelemetry } from "./telemetry.ts";
import type { Logger } from "./types.ts";

export interface CacheOptions {
  /** `redis[s]://[user]:password@host:port` of any members of the cluster; they tell the rest. One is enough. */
  readonly redisUrls: readonly string[];
  /** Begins every name in Redis: services that share a cluster but no values have different ones. */
  readonly prefix?: string;
  readonly memory?: {
    /** Estimated, see MemoryOptions. 64 MiB. */
    readonly maxBytes?: number;
    readonly maxEntries?: number;
    /** At most 60, which is also the default. */
    readonly ttlSeconds?: number;
  };
  /** In Redis; 3600. */
  readonly ttlSeconds?: number;
  /** Share of each time to live that chance takes away, 0 to 0.5; 0.1. */
  readonly jitter?: number;
  /** A load that takes longer is aborted and fails; 30. */
  readonly loadTimeoutSeconds?: number;
  /** For each connection to a member; 3. */
  readonly connectTimeoutSeconds?: number;
  readonly cdn?: CdnInvalidation;
  readonly telemetry?: CacheTelemetry;
  readonly logger?: Logger;
}

/** Options that are whole, in milliseconds. */
export interface ParsedOptions {
  readonly seeds: readonly Address[];
  readonly access: Access;
  readonly prefix: string;
  readonly memory: { readonly maxBytes: number; readonly maxEntries: number; readonly ttlMs: number };
  readonly ttlSeconds: number;
  readonly jitter: number;
  readonly loadTimeoutMs: number;
}

const defaults = { prefix: "cache", ttlSeconds: 3600, jitter: 0.1, loadTimeoutSeconds: 30, connectTimeoutSeconds: 3 };
const memoryDefaults = { maxBytes: 64 * 2 ** 20, maxEntries: 10_000, ttlSeconds: 60 };

/** Throws one error that lists every bad option. */
export function parseOptions(options: CacheOptions): ParsedOptions {
  const problems: string[] = [];
  const number = (key: string, value: number, [lowest, highest]: readonly [number, number]): number => {
    if (!(value >= lowest && value <= highest))
      problems.push(`${key} must be a number from ${lowest} to ${highest}, not ${JSON.stringify(value)}`);
    return value;
  };
  const given = { ...defaults, ...options };
  const memory = { ...memoryDefaults, ...options.memory };
  // A brace would be the hash tag of every key, and so all of them on one member.
  if (!/^[\w.:-]{1,64}$/.test(given.prefix))
    problems.push(`prefix must be 1 to 64 letters, digits or _ . : -, not ${JSON.stringify(given.prefix)}`);
  const connectTimeout = number("connectTimeoutSeconds", given.connectTimeoutSeconds, [0.05, 60]) * 1000;
  const parsed = {
    ...parseServers(given.redisUrls, connectTimeout, problems),
    prefix: given.prefix,
    memory: {
      maxBytes: number("memory.maxBytes", memory.maxBytes, [1024, 2 ** 40]),
      maxEntries: number("memory.maxEntries", memory.maxEntries, [1, 10_000_000]),
      ttlMs: number("memory.ttlSeconds", memory.ttlSeconds, [0.001, 60]) * 1000,
    },
    ttlSeconds: number("ttlSeconds", given.ttlSeconds, ttlBounds),
    jitter: number("jitter", given.jitter, [0, 0.5]),
    loadTimeoutMs: number("loadTimeoutSeconds", given.loadTimeoutSeconds, [0.001, 3600]) * 1000,
  };
  if (problems.length > 0) throw new Error(`bad cache options:\n  ${problems.join("\n  ")}`);
  return parsed;
}

function parseServers(
  redisUrls: readonly string[],
  connectTimeout: number,
  problems: string[],
): Pick<ParsedOptions, "seeds" | "access"> {
  const urls = redisUrls.flatMap((text, index) => parseUrl(`redisUrls[${index}]`, text, problems) ?? []);
  const [first] = urls;
  if (redisUrls.length === 0) problems.push("redisUrls must name at least one member");
  if (urls.some(({ protocol }) => protocol !== first?.protocol))
    problems.push("redisUrls must all be redis: or all be rediss:");
  return {
    seeds: urls.map(({ hostname, port }) => ({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 6379) })),
    access: {
      tls: first?.protocol === "rediss:",
      username: decodeURIComponent(first?.username ?? ""),
      password: decodeURIComponent(first?.password ?? ""),
      connectTimeout,
    },
  };
}

const ttlBounds = [0.001, 30 * 86_400] as const;

/** The address may have the password in it, so that no problem shows it. */
function parseUrl(key: string, text: string, problems: string[]): URL | undefined {
  const url = URL.parse(text);
  if (url && (url.protocol === "redis:" || url.protocol === "rediss:") && url.hostname !== "") {
    try {
      decodeURIComponent(url.username + url.password);
      return url;
    } catch {
      // Reported below.
    }
  }
  problems.push(`${key} must be redis://… or rediss://… with a host and a percent-encoded password`);
  return undefined;
}

/** What getOrLoad and set are told about one value. */
export interface ValueOptions {
  readonly ttlSeconds?: number;
  readonly graceSeconds?: number;
  readonly tags?: readonly string[];
}

/** Throws one error that lists everything that is wrong with a call. */
export function checkCall(key: string, { ttlSeconds, graceSeconds, tags = [] }: ValueOptions): void {
  const problems = [...nameProblems("key", [key]), ...nameProblems("tag", tags)];
  const outside = (value: number | undefined, lowest: number): boolean =>
    value !== undefined && !(value >= lowest && value <= ttlBounds[1]);
  const bounds = `to ${ttlBounds[1]}`;
  if (outside(ttlSeconds, ttlBounds[0]))
    problems.push(`ttlSeconds must be a number from ${ttlBounds[0]} ${bounds}, not ${JSON.stringify(ttlSeconds)}`);
  if (outside(graceSeconds, 0))
    problems.push(`graceSeconds must be a number from 0 ${bounds}, not ${JSON.stringify(graceSeconds)}`);
  throwProblems(problems);
}

const longestName = 1024;

export const nameProblems = (what: string, names: readonly unknown[]): string[] =>
  names
    .filter((name) => typeof name !== "string" || name === "" || name.length > longestName)
    .map((name) => `a ${what} must be a text of 1 to ${longestName} characters, not ${shown(name)}`);

const shown = (name: unknown): string => (typeof name === "string" ? `one of ${name.length}` : typeof name);

export function throwProblems(problems: readonly string[]): void {
  if (problems.length > 0) throw new TypeError(`bad call of the cache:\n  ${problems.join("\n  ")}`);
}
