/** One node as named in the URL file. */
export interface RedisLocation {
  /** As `redis` takes it, credentials included: never to be shown. */
  readonly url: string;
  /** Host and port, for errors. */
  readonly name: string;
}

/** Splits the content of a URL file: one URL, or several nodes of a cluster separated by white space or commas. Throws without repeating it. */
export function parseUrls(text: string): RedisLocation[] {
  const urls = text.split(/[\s,]+/).filter((part) => part !== "");
  if (urls.length === 0) throw new Error("the Redis URL is empty");
  return urls.map((url) => {
    const parsed = URL.parse(url);
    if (parsed === null || !/^rediss?:$/.test(parsed.protocol)) {
      throw new Error("the Redis URL must begin with redis: or rediss: and be a URL");
    }
    return { url, name: parsed.host };
  });
}

/** The text of an error without user names and passwords of the URLs. */
export function describeError(error: unknown, locations: readonly RedisLocation[] = []): string {
  let text = error instanceof Error ? messageOf(error) : String(error);
  for (const { url } of locations) {
    const { password } = new URL(url);
    // The library decodes the password before use, so its errors may hold either form.
    for (const secret of [decodeURIComponent(password), password]) {
      if (secret !== "") text = text.replaceAll(secret, "***");
    }
  }
  return text.replace(/\/\/[^/\s@]*@/g, "//");
}

function messageOf(error: Error): string {
  // Node's connect tries all addresses of a name and has no message of its own when all fail.
  if (error instanceof AggregateError) return error.errors.map((one) => describeError(one)).join(", ");
  // Some socket errors have a code and nothing else.
  if (error.message !== "") return error.message;
  return "code" in error ? String(error.code) : error.name;
}
