import { randomUUID } from "node:crypto";
import type { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { defaultRetry, inBatches, retried, type Failure, type Retry } from "./batches.ts";
import { CdnError } from "./cdnError.ts";
import type { CdnInvalidation } from "./cdnInvalidation.ts";

export interface CloudFrontOptions {
  readonly distributionId: string;
  /** CloudFront's API has one region, us-east-1. */
  readonly region?: string;
  /** Another address of the API, for tests. */
  readonly endpoint?: string;
  /** Instead of those that the SDK finds, e.g. the pod's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly retry?: Retry;
}

/** What a distribution may have in progress at a time; a larger request is refused. */
const mostFiles = 3000;
const mostWildcards = 15;

/** The rest is told by the SDK's own `$retryable`. */
const busy = new Set(["TooManyInvalidationsInProgress", "Throttling", "ThrottlingException"]);

/** Invalidates paths of one distribution. Credentials come from the SDK's own chain unless given. */
export function createCloudFront(options: CloudFrontOptions): CdnInvalidation {
  const { distributionId, region = "us-east-1", endpoint, credentials, retry = defaultRetry } = options;
  let client: CloudFrontClient | undefined;

  const invalidate = async (paths: readonly string[], signal: AbortSignal | undefined): Promise<void> => {
    // Only now: the SDK takes a while to load, and most processes never invalidate.
    const sdk = await import("@aws-sdk/client-cloudfront");
    client ??= new sdk.CloudFrontClient({
      region,
      // Retried below, where the batch keeps its reference.
      maxAttempts: 1,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    });
    const sender = client;
    // The same reference again is the same invalidation, so that a repeated request costs nothing.
    const batch = { CallerReference: randomUUID(), Paths: { Quantity: paths.length, Items: [...paths] } };
    const command = { DistributionId: distributionId, InvalidationBatch: batch };
    const attempt = async (): Promise<Failure | undefined> => {
      try {
        await sender.send(new sdk.CreateInvalidationCommand(command), signal ? { abortSignal: signal } : {});
        return undefined;
      } catch (error) {
        signal?.throwIfAborted();
        return failureOf(error, distributionId);
      }
    };
    await retried(attempt, retry, signal);
  };

  return {
    async invalidate(paths, signal) {
      const unique = [...new Set(paths.map(pathOf))];
      const [wildcards, files] = [
        unique.filter((path) => path.endsWith("*")),
        unique.filter((path) => !path.endsWith("*")),
      ];
      for (const batch of [...inBatches(files, mostFiles), ...inBatches(wildcards, mostWildcards)])
        await invalidate(batch, signal);
    },
  };
}

/** CloudFront takes paths alone: of an absolute URL it is the path and the query. */
function pathOf(text: string): string {
  if (text.startsWith("/")) return text;
  const url = URL.parse(text);
  if (!url) throw new CdnError(`a path begins with / or is an absolute URL, not ${JSON.stringify(text)}`);
  return url.pathname + url.search;
}

function failureOf(error: unknown, distributionId: string): Failure {
  const known = error instanceof Error ? error : new Error("unknown error");
  const status = (known as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  // Without a status nothing was answered: the connection failed.
  const passing = status === undefined || status >= 500 || status === 429;
  const again = known.name !== "CredentialsProviderError" && (passing || busy.has(known.name));
  return {
    error: new CdnError(
      `CloudFront distribution ${distributionId} was not invalidated: ${known.name}: ${known.message}`,
    ),
    again,
  };
}
