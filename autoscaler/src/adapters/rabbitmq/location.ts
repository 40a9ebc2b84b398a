/** Where a broker is, without credentials: a URL in a configuration may carry them, an error may not. */
export interface Location {
  readonly url: URL;
  /** Host, port and path, for errors. */
  readonly name: string;
}

/** Throws on a text that is no URL, without repeating the text: it may hold a password. */
export function parseLocation(key: string, text: string, protocols: readonly string[]): Location {
  const url = URL.parse(text);
  if (url === null || !protocols.includes(url.protocol))
    throw new Error(`${key} must be a URL of ${protocols.join(" or ")}`);
  url.username = "";
  url.password = "";
  return { url, name: url.host + url.pathname.replace(/\/$/, "") };
}

/** The text of an error without the password, whichever way a library wrote it. */
export function describeError(error: unknown, password = ""): string {
  // Libraries put the URL, or parts of it, into their messages, plain or percent-encoded.
  let text = error instanceof Error ? messageOf(error) : String(error);
  for (const secret of [password, encodeURIComponent(password)]) {
    if (secret !== "") text = text.replaceAll(secret, "***");
  }
  return text.replace(/\/\/[^/\s@]*@/g, "//");
}

function messageOf(error: Error): string {
  // fetch says only "fetch failed"; what happened is in its cause.
  const { cause } = error;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  if (error.name === "TimeoutError") return "no answer in time";
  return error.message === "" && "code" in error ? String(error.code) : error.message;
}
