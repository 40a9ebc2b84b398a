/** Of the form of what is stored: another number never reads what an older program wrote. */
export const schemaVersion = 1;

/** Names in Redis. A key's value and its lease share a hash tag, so that one script may touch both in a cluster. */
export class RedisKeys {
  readonly channel: string;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = `${prefix}:${schemaVersion}`;
    this.channel = `${this.#prefix}:invalidated`;
  }

  value(key: string): string {
    return `${this.#prefix}:v:${hashTag(key)}`;
  }

  lease(key: string): string {
    return `${this.#prefix}:l:${hashTag(key)}`;
  }

  pair(key: string): readonly [value: string, lease: string] {
    return [this.value(key), this.lease(key)];
  }

  /** In the slot of the value or the tag of this name: what is written to ask for its replication. */
  marker(name: string): string {
    return `${this.#prefix}:w:${hashTag(name)}`;
  }

  tag(tag: string): string {
    return `${this.#prefix}:t:${hashTag(tag)}`;
  }
}

/** A brace of the caller's would end the hash tag, and an empty one is none. */
const hashTag = (text: string): string =>
  `{${text.includes("}") || text.includes("%") ? text.replaceAll("%", "%25").replaceAll("}", "%7D") : text}}`;
