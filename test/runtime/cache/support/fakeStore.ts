import { decode } from "../../../../runtime/src/cache/envelope.ts";
import type { Clock, NewValue, Store, StoredValue } from "../../../../runtime/src/cache/types.ts";

/** Time that moves when somebody waits or says so. */
export class FakeClock implements Clock {
  time = 1_000_000;

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/** What redis/scripts.ts does, in one object. */
export class FakeStore implements Store {
  readonly values = new Map<string, { text: string; until: number }>();
  readonly leases = new Map<string, string>();
  readonly tags = new Map<string, string>();
  /** What is called before each operation: may throw or wait. */
  before: (operation: string) => Promise<void> | void = () => undefined;
  doubtful = false;
  #versions = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  #present(key: string): { text: string; until: number } | undefined {
    const held = this.values.get(key);
    return held && held.until > this.#clock.now() ? held : undefined;
  }

  async read(key: string): Promise<StoredValue | undefined> {
    await this.before("read");
    const held = this.#present(key);
    const decoded = held && decode(held.text);
    if (!decoded) return undefined;
    const { id, value, graceMs, tags } = decoded;
    return {
      ...{ id, value, tags: Object.keys(tags), size: held.text.length, doubtful: this.doubtful },
      freshMs: held.until - this.#clock.now() - graceMs,
      revoked: Object.entries(tags).some(([tag, version]) => this.tags.get(tag) !== version),
    };
  }

  async acquire(key: string, seenId: string, token: string): Promise<"acquired" | "changed" | "busy"> {
    await this.before("acquire");
    if ((decode(this.#present(key)?.text ?? "")?.id ?? "") !== seenId) return "changed";
    if (this.leases.has(key)) return "busy";
    this.leases.set(key, token);
    return "acquired";
  }

  async fill(key: string, token: string, { text, milliseconds }: NewValue): Promise<boolean> {
    await this.before("fill");
    if (this.leases.get(key) !== token) return false;
    this.leases.delete(key);
    this.values.set(key, { text, until: this.#clock.now() + milliseconds });
    return true;
  }

  renew(key: string, token: string): Promise<boolean> {
    return Promise.resolve(this.leases.get(key) === token);
  }

  release(key: string, token: string): Promise<void> {
    if (this.leases.get(key) === token) this.leases.delete(key);
    return Promise.resolve();
  }

  async tagVersions(tags: readonly string[]): Promise<Readonly<Record<string, string>>> {
    await this.before("tagVersions");
    for (const tag of tags) if (!this.tags.has(tag)) this.tags.set(tag, `version-${++this.#versions}`);
    return Object.fromEntries(tags.map((tag) => [tag, this.tags.get(tag)!]));
  }

  drop(keys: readonly string[], tags: readonly string[]): void {
    for (const key of keys) {
      this.values.delete(key);
      this.leases.delete(key);
    }
    for (const tag of tags) this.tags.delete(tag);
  }
}
