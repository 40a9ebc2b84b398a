import type { Client } from "../../../../runtime/src/cache/redis/client.ts";
import { Invalidations } from "../../../../runtime/src/cache/redis/invalidations.ts";
import { RedisKeys } from "../../../../runtime/src/cache/redis/redisKeys.ts";
import type { Session } from "../../../../runtime/src/cache/redis/session.ts";
import { systemClock } from "../../../../runtime/src/cache/systemClock.ts";

const silent = (): void => undefined;

/** One master and its connections: as in Redis, what comes behind a WAIT waits for its end. */
export class FakeMember {
  /** What was carried out, in order. */
  readonly done: string[] = [];
  refreshes = 0;
  reachable = true;
  /** The answer to a command; may throw or wait. */
  answer: (command: string) => unknown = () => 1;
  readonly session = { name: "member", data: this.#connection(), confirm: this.#connection() } as unknown as Session;

  #connection(): Client {
    let last: Promise<unknown> = Promise.resolve();
    const sendCommand = ([name = "", ...rest]: string[]): Promise<unknown> => {
      last = last.catch(silent).then(() => {
        this.done.push([name, ...rest].join(" "));
        return this.answer(name);
      });
      return last;
    };
    return { sendCommand } as unknown as Client;
  }

  /** Of this one member, with one replica. */
  invalidations(confirmMs = 30_000): Invalidations {
    const members = {
      session: () => this.session,
      run: <T>(_: string, work: (session: Session) => Promise<T>) => work(this.session),
      replicas: () => 1,
      refresh: () => (this.refreshes++, Promise.resolve()),
      reachable: this.reachable,
    };
    const logger = { debug: silent, info: silent, warn: silent, error: silent };
    return new Invalidations({
      ...{ members, logger, confirmMs, clock: systemClock },
      keys: new RedisKeys("test"),
      sender: "one",
    });
  }

  count(name: string): number {
    return this.done.filter((command) => command.startsWith(`${name} `)).length;
  }
}
