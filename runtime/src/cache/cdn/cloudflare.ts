import { defaultRetry, inBatches, retried, type Failure, type Retry } from "./batches.ts";
import { CdnError } from "./cdnError.ts";
import type { CdnInvalidation } from "./cdnInvalidation.ts";

export interface CloudflareOptions {
  readonly zoneId: string;
  /** An API token with the permission Cache Purge, or what reads it each time. */
  readonly token: string | (() => string | Promise<string>);
  /** `https://host`, before paths: Cloudflare purges absolute URLs. Without it all must be absolute. */
  readonly site?: string;
  /** Another address of the API, for tests. */
  readonly endpoint?: string;
  readonly retry?: Retry;
}

/** URLs a request, in every plan. */
const mostUrls = 100;
const timeoutMs = 10_000;

/** Purges URLs of one zone. A URL that ends in `*` purges everything that begins like it. */
export function createCloudflare(options: CloudflareOptions): CdnInvalidation {
  const { zoneId, token, site, endpoint = "https://api.cloudflare.com/client/v4", retry = defaultRetry } = options;
  const address = `${endpoint}/zones/${encodeURIComponent(zoneId)}/purge_cache`;

  const attempt = async (body: object, signal: AbortSignal | undefined): Promise<Failure | undefined> => {
    const secret = typeof token === "string" ? token : await token();
    let response: Response;
    try {
      response = await fetch(address, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
      });
    } catch (error) {
      signal?.throwIfAborted();
      return { error: new CdnError(`${inZone(zoneId)}: ${clean(reasonOf(error), secret)}`), again: true };
    }
    const answer = await answerOf(response);
    if (response.ok && answer.success) return undefined;
    const after = Number(response.headers.get("retry-after"));
    return {
      error: new CdnError(`${inZone(zoneId)}: status ${response.status}: ${clean(answer.problem, secret)}`),
      again: response.status === 429 || response.status >= 500,
      afterMs: after > 0 ? Math.min(after * 1000, timeoutMs) : undefined,
    };
  };

  return {
    async invalidate(paths, signal) {
      const urls = [...new Set(paths.map((path) => urlOf(path, site)))];
      const files = urls.filter((url) => !url.endsWith("*"));
      // A prefix bears no scheme.
      const prefixes = urls
        .filter((url) => url.endsWith("*"))
        .map((url) => url.slice(0, -1).replace(/^https?:\/\//, ""));
      const bodies = [
        ...inBatches(files, mostUrls).map((batch) => ({ files: batch })),
        ...inBatches(prefixes, mostUrls).map((batch) => ({ prefixes: batch })),
      ];
      for (const body of bodies) await retried(() => attempt(body, signal), retry, signal);
    },
  };
}

const inZone = (zoneId: string): string => `Cloudflare's zone ${zoneId} was not purged`;

/** A server or a proxy may repeat what it was sent. */
const clean = (text: string, secret: string): string =>
  (secret === "" ? text : text.replaceAll(secret, "…")).slice(0, 500);

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

async function answerOf(response: Response): Promise<{ success: boolean; problem: string }> {
  const text = await response.text().catch(() => "");
  try {
    const { success, errors = [] } = JSON.parse(text) as {
      success?: boolean;
      errors?: readonly { readonly code?: number; readonly message?: string }[];
    };
    const problem = errors.map(({ code, message }) => `${code ?? "?"} ${message ?? ""}`).join(", ");
    return { success: success === true, problem: problem || "no reason given" };
  } catch {
    return { success: false, problem: text || "no answer" };
  }
}

function urlOf(path: string, site: string | undefined): string {
  const url = URL.parse(path, site);
  if (!url) throw new CdnError(`Cloudflare purges absolute URLs: ${JSON.stringify(path)} needs the option site`);
  return url.href;
}
