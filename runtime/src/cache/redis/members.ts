import type { Clock, Freshness, Logger } from "../types.ts";
import { askTopology, askTopologyOnce } from "./askTopology.ts";
import type { Access } from "./client.ts";
import { Epochs } from "./epochs.ts";
import { Session } from "./session.ts";
import { nameOf, slotOf, type Address, type Master, type Topology } from "./topology.ts";
import { Trouble } from "./trouble.ts";

const tickMs = 250;
/** Slots may move without a sign that reaches us. */
const refreshMs = 10_000;
const backoffMs: readonly number[] = [50, 100, 200, 400];
const lastBackoffMs = 500;
/** For a topology, after a slot has moved. */
const movedMs = 500;
/** Within it, whoever has an unconfirmed invalidation for a member that has come back has repeated it. */
const doubtMs = 2000;

export interface MembersOptions {
  readonly seeds: readonly Address[];
  readonly access: Access;
  readonly channel: string;
  readonly clock: Clock;
  readonly logger: Logger;
  message(text: string): void;
  /** Another topology, a member lost or found: what was confirmed before may be gone. */
  changed(): void;
}

interface Kept {
  readonly master: Master;
  readonly trouble: Trouble;
  session?: Session;
  /** Of the last answered heartbeat of this session. */
  heardUntil: number;
  sound: boolean;
  doubtUntil: number;
}

/** One search for the topology. */
interface Round {
  readonly answers: Topology[];
  readonly errors: unknown[];
}

/** Redis does not answer for this key now. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}

/** The masters of the cluster, a session each, and what has been heard from them. */
export class Members implements Freshness {
  heardUntil = -Infinity;
  generation = 0;
  readonly #options: MembersOptions;
  readonly #kept = new Map<string, Kept>();
  #topology: Topology | undefined;
  readonly #epochs = new Epochs();
  readonly #trouble: Trouble;
  #refreshedAt = -Infinity;
  #refreshing: Promise<void> | undefined;
  #firstContact = true;
  #closed = false;
  readonly #timer: NodeJS.Timeout;

  constructor(options: MembersOptions) {
    this.#options = options;
    this.#trouble = new Trouble(options.clock, options.logger);
    this.#timer = setInterval(() => {
      const age = options.clock.now() - this.#refreshedAt;
      if (age > refreshMs || !Number.isFinite(this.heardUntil)) void this.refresh();
    }, tickMs);
    this.#timer.unref();
  }

  /** Every master answers and says that the cluster is well. */
  get whole(): boolean {
    return Number.isFinite(this.heardUntil);
  }

  /** At least one member can be read from, by us and so perhaps by others. */
  get reachable(): boolean {
    return [...this.#kept.values()].some(({ session }) => session !== undefined);
  }

  /** Throws UnavailableError at once when the key's master is not connected. */
  session(key: string): Session {
    return this.#keptFor(key).session as Session;
  }

  replicas(session: Session): number {
    return this.#kept.get(session.name)?.master.replicas ?? 0;
  }

  /** What the key's master has from before may lack an invalidation that is being repeated. */
  doubtful(key: string): boolean {
    return this.#keptFor(key).doubtUntil > this.#options.clock.now();
  }

  #keptFor(key: string): Kept {
    const name = this.#topology?.slots[slotOf(key)];
    const kept = name === undefined ? undefined : this.#kept.get(name);
    if (!kept?.session) throw new UnavailableError("no connection to the key's Redis member");
    return kept;
  }

  /** Does the work on the key's master; once more when the slot has moved. */
  async run<T>(key: string, work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await work(this.session(key));
    } catch (error) {
      if (!isMoved(error)) throw error;
      // The search may come upon members that hang; its caller has a source to ask instead.
      await Promise.race([this.refresh(), this.#options.clock.sleep(movedMs)]);
      return work(this.session(key));
    }
  }

  /** Learns the topology anew; one at a time. Never rejects: without an answer the old one stays. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined;
      this.#firstContact = false;
    });
    return this.#refreshing;
  }

  async #ask(): Promise<void> {
    const round: Round = { answers: [], errors: [] };
    if ((await this.#search(round)) || this.#closed) return;
    if (round.answers.length === 0) this.#trouble.failed("no Redis member tells the topology", round.errors[0]);
    const rebuilt = this.#epochs.rebuilt(round.answers, this.#options.clock.now());
    if (rebuilt) this.#beginAnew(rebuilt);
  }

  /** Asks one after the other until one knows the newest. */
  async #search(round: Round): Promise<boolean> {
    const { access, seeds } = this.#options;
    const sessions = [...this.#kept.values()].flatMap(({ session }) => session ?? []);
    for (const { data, name } of sessions) {
      const master = this.#kept.get(name)?.master;
      if (master && (await this.#learn(() => askTopology(data, master), round))) return true;
    }
    const known = [...this.#kept.values()].map(({ master }) => master);
    for (const address of [...seeds, ...known]) {
      if (this.#closed) return false;
      if (await this.#learn(() => askTopologyOnce(address, access), round)) return true;
    }
    return false;
  }

  /** A cluster that was built anew has heard nothing of what we know of the old one. */
  #beginAnew(topology: Topology): void {
    this.#options.logger.warn({ epoch: topology.epoch }, "the Redis cluster has been built anew");
    this.generation++;
    const doubtUntil = this.#options.clock.now() + doubtMs;
    for (const kept of this.#kept.values()) Object.assign(kept, { doubtUntil });
    this.#apply(topology);
  }

  /** Whether it is the newest, which ends the search. */
  async #learn(ask: () => Promise<Topology>, { answers, errors }: Round): Promise<boolean> {
    try {
      const topology = await ask();
      if (topology.masters.size === 0) throw new Error("no member has slots");
      this.#trouble.over();
      answers.push(topology);
      // A member that was cut off tells of the past.
      if (topology.epoch < (this.#topology?.epoch ?? 0)) return false;
      if (!this.#closed) this.#apply(topology);
      const newest = topology.epoch >= this.#epochs.newest;
      if (newest) this.#epochs.found();
      return newest;
    } catch (error) {
      errors.push(error);
      return false;
    }
  }

  #apply(topology: Topology): void {
    const changed = topology.epoch !== this.#topology?.epoch;
    this.#topology = topology;
    this.#epochs.newest = Math.max(this.#epochs.newest, topology.epoch);
    this.#refreshedAt = this.#options.clock.now();
    for (const [name, kept] of this.#kept) {
      if (topology.masters.has(name)) continue;
      this.#kept.delete(name);
      kept.session?.end(new Error(`${name} is no master any more`));
    }
    for (const [name, master] of topology.masters) {
      const kept = this.#kept.get(name);
      if (kept) this.#kept.set(name, Object.assign(kept, { master }));
      else this.#keep(master, changed);
    }
    this.#update();
    if (changed) this.#options.changed();
  }

  #keep(master: Master, changed: boolean): void {
    // At a start nothing was missed: what is not finished has promised nothing. After a gap something may have been.
    const kept: Kept = {
      master,
      trouble: new Trouble(this.#options.clock, this.#options.logger),
      heardUntil: -Infinity,
      sound: false,
      doubtUntil: this.#firstContact && changed ? -1 : 0,
    };
    this.#kept.set(nameOf(master), kept);
    void this.#keepOpen(kept);
  }

  async #keepOpen(kept: Kept): Promise<void> {
    const name = nameOf(kept.master);
    for (let failures = 0; this.#kept.get(name) === kept && !this.#closed; failures++) {
      try {
        await this.#openOne(kept, () => {
          failures = 0;
        });
      } catch (error) {
        kept.trouble.failed("no session with a Redis member", error, { member: name });
      }
      kept.doubtUntil = 0;
      await this.#options.clock.sleep(backoffMs[failures] ?? lastBackoffMs);
    }
  }

  /** Resolves when the session is over. */
  async #openOne(kept: Kept, opened: () => void): Promise<void> {
    const { access, channel, clock, logger } = this.#options;
    const over = Promise.withResolvers<Error>();
    const session = await Session.open({
      ...{ address: kept.master, access, channel, now: () => clock.now() },
      events: {
        message: (text) => {
          this.#options.message(text);
        },
        beat: ({ sentAt, ok, epoch }) => {
          kept.heardUntil = sentAt;
          kept.sound = ok;
          this.#epochs.newest = Math.max(this.#epochs.newest, epoch);
          this.#update();
        },
        lost: over.resolve,
      },
    });
    if (this.#closed || this.#kept.get(session.name) !== kept) {
      session.end(new Error("not needed any more"));
      return;
    }
    opened();
    kept.trouble.over();
    if (kept.doubtUntil >= 0) kept.doubtUntil = session.since + doubtMs;
    kept.session = session;
    this.#options.changed();
    const reason = await over.promise;
    delete kept.session;
    Object.assign(kept, { heardUntil: -Infinity, sound: false });
    this.#update();
    if (this.#kept.get(session.name) === kept) {
      logger.warn({ member: session.name, error: reason.message }, "the session with a Redis member is lost");
      void this.refresh();
    }
  }

  /** A message was not understood: what memory holds may be older than it. */
  gap(): void {
    this.generation++;
  }

  #update(): void {
    const members = [...this.#kept.values()];
    const behind = this.#topology === undefined || this.#topology.epoch < this.#epochs.newest;
    const well = members.length > 0 && !behind && members.every(({ session, sound }) => session && sound);
    const heardUntil = well ? Math.min(...members.map((kept) => kept.heardUntil)) : -Infinity;
    if (this.whole && !well) this.generation++;
    this.heardUntil = heardUntil;
    if (behind && members.length > 0) void this.refresh();
  }

  /** Resolves when every master answers or when none can be asked, at the latest after `milliseconds`. */
  async connected(milliseconds: number): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.now() + milliseconds;
    await Promise.race([this.refresh(), clock.sleep(milliseconds)]);
    while (this.#topology && !this.whole && clock.now() < deadline && !this.#closed) await clock.sleep(10);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const { session } of this.#kept.values()) session?.end(new Error("closed"));
    this.#kept.clear();
  }
}

const isMoved = (error: unknown): boolean => error instanceof Error && error.message.startsWith("MOVED");
