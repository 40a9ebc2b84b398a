import type { Environment } from "../environment/index.ts";
import { createCloudFront } from "./cdn/cloudFront.ts";
import type { CacheOptions } from "./options.ts";

/** Reads REDIS_URL_FILE and, where there is a CDN, CDN_DISTRIBUTION_ID; problems go to the environment. */
export function cacheSettings(environment: Environment): Pick<CacheOptions, "redisUrls" | "cdn"> {
  const url = environment.file("REDIS_URL_FILE");
  // The text may be a password alone, so that it is not shown.
  if (url !== "" && !/^rediss?:\/\/[^\s]+$/.test(url))
    environment.problem("REDIS_URL_FILE must name a file with redis://… or rediss://…");
  const distributionId = environment.optional("CDN_DISTRIBUTION_ID");
  if (distributionId !== undefined && !/^[A-Z0-9]{5,32}$/.test(distributionId))
    environment.problem(
      `CDN_DISTRIBUTION_ID must be a CloudFront id such as E2EXAMPLE, not ${JSON.stringify(distributionId)}`,
    );
  return { redisUrls: [url], ...(distributionId === undefined ? {} : { cdn: createCloudFront({ distributionId }) }) };
}
