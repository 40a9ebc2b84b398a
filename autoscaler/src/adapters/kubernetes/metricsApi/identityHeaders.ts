import type { IdentityHeaders } from "./authentication.ts";
import type { User } from "./user.ts";

/** Name in lower case → its values, one for each line: names of groups may hold commas. */
export type HeaderLines = Readonly<Partial<Record<string, readonly string[]>>>;

/**
 * The user whom the aggregation layer has authenticated; undefined when it names none. Only for requests with its
 * certificate: anybody can send these headers.
 */
export function userOfHeaders(lines: HeaderLines, headers: IdentityHeaders): User | undefined {
  const all = (names: readonly string[]): string[] =>
    names.flatMap((name) => lines[name] ?? []).flatMap((value) => (value === "" ? [] : utf8(value)));
  const [username] = all(headers.username);
  if (username === undefined) return undefined;
  const [uid] = all(headers.uid);
  return {
    ...{ username, groups: all(headers.group), extra: extraOf(lines, headers.extraPrefix) },
    ...(uid === undefined ? {} : { uid }),
  };
}

function extraOf(lines: HeaderLines, prefixes: readonly string[]): Record<string, string[]> {
  const extra = new Map<string, string[]>();
  for (const prefix of prefixes)
    for (const [name, values = []] of Object.entries(lines)) {
      if (!name.startsWith(prefix)) continue;
      const key = unescaped(name.slice(prefix.length));
      extra.set(key, [...(extra.get(key) ?? []), ...values.map(utf8)]);
    }
  return Object.fromEntries(extra);
}

/** Kept as it is where it cannot be decoded, as the API server does. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Go writes a header in UTF-8, and Node reads it byte by byte. */
const utf8 = (value: string): string => Buffer.from(value, "latin1").toString("utf8");
