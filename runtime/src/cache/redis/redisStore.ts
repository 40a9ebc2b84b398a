import { randomBytes } from "node:crypto";
import type { NewValue, Store, StoredValue } from "../types.ts";
import { decode } from "../envelope.ts";
import { runScript, send } from "./client.ts";
import type { Members } from "./members.ts";
import type { RedisKeys } from "./redisKeys.ts";
import * as scripts from "./scripts.ts";

/** Milliseconds; renewed while the load runs, so that a process that dies holds up the others no longer. */
export const leaseMs = 3000;

/** A text of somebody else's or a damaged one: never answered, and the next load replaces it. */
const unreadable: StoredValue = {
  ...{ id: scripts.unreadableId, value: undefined, tags: [], size: 0, freshMs: -Infinity },
  ...{ revoked: true, doubtful: false },
};

export interface RedisStoreOptions {
  readonly members: Members;
  readonly keys: RedisKeys;
  /** An own invalidation of the key or one of the tags is not confirmed yet. */
  readonly pending: (key: string, tags: readonly string[]) => boolean;
}

/** Redis as the level that processes share. */
export class RedisStore implements Store {
  readonly #members: Members;
  readonly #keys: RedisKeys;
  readonly #pending: RedisStoreOptions["pending"];

  constructor({ members, keys, pending }: RedisStoreOptions) {
    this.#members = members;
    this.#keys = keys;
    this.#pending = pending;
  }

  async read(key: string): Promise<StoredValue | undefined> {
    const redisKey = this.#keys.value(key);
    const [text, left] = await this.#members.run(redisKey, ({ data }) =>
      // One write and one answer: commands of the same turn go out together.
      Promise.all([send(data, ["GET", redisKey]), send(data, ["PTTL", redisKey])]),
    );
    if (typeof text !== "string") return undefined;
    const decoded = decode(text);
    if (decoded === undefined) return unreadable;
    const { id, value, tags, graceMs } = decoded;
    const names = Object.keys(tags);
    const revoked = names.length > 0 && !(await this.#current(tags));
    const doubtful =
      this.#members.doubtful(redisKey) ||
      this.#pending(key, names) ||
      names.some((tag) => this.#members.doubtful(this.#keys.tag(tag)));
    return { id, value, tags: names, freshMs: Number(left) - graceMs, size: text.length, revoked, doubtful };
  }

  async #current(tags: Readonly<Record<string, string>>): Promise<boolean> {
    const same = Object.entries(tags).map(async ([tag, version]) => {
      const redisKey = this.#keys.tag(tag);
      return (await this.#members.run(redisKey, ({ data }) => send(data, ["GET", redisKey]))) === version;
    });
    return (await Promise.all(same)).every(Boolean);
  }

  async acquire(key: string, seenId: string, token: string): Promise<"acquired" | "changed" | "busy"> {
    const answer = await this.#script(scripts.acquire, this.#keys.pair(key), [seenId, token, leaseMs.toString()]);
    return answer === "acquired" || answer === "changed" ? answer : "busy";
  }

  async renew(key: string, token: string): Promise<boolean> {
    return (await this.#script(scripts.renew, [this.#keys.lease(key)], [token, leaseMs.toString()])) === 1;
  }

  async fill(key: string, token: string, { text, milliseconds }: NewValue): Promise<boolean> {
    return (await this.#script(scripts.fill, this.#keys.pair(key), [token, text, milliseconds.toString()])) === 1;
  }

  async release(key: string, token: string): Promise<void> {
    await this.#script(scripts.release, [this.#keys.lease(key)], [token]);
  }

  async tagVersions(tags: readonly string[], milliseconds: number): Promise<Readonly<Record<string, string>>> {
    const versions = tags.map(async (tag) => {
      const args = [randomBytes(9).toString("base64url"), milliseconds.toString()];
      return [tag, String(await this.#script(scripts.tagVersion, [this.#keys.tag(tag)], args))];
    });
    return Object.fromEntries(await Promise.all(versions)) as Record<string, string>;
  }

  #script(script: scripts.Script, keys: readonly [string, ...string[]], args: readonly string[]): Promise<unknown> {
    return this.#members.run(keys[0], ({ data }) => runScript(data, script, keys, args));
  }
}
