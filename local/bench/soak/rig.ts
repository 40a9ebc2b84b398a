import { setTimeout as delay } from "node:timers/promises";
import type { Backlogs } from "./backlog.ts";
import type { Cluster } from "./cluster.ts";
import { maxReplicas, messagesPerReplica } from "./configuration.ts";
import type { Replica } from "./replica.ts";

/** What a fault works on. */
export interface Rig {
  readonly cluster: Cluster;
  readonly backlogs: Backlogs;
  readonly random: () => number;
  /** So many targets by chance, each once. */
  readonly some: (count: number) => string[];
  /** The replica that leads, awaited. */
  readonly leader: () => Promise<Replica>;
  /** Holds the changes of backlogs while the broker is away, since they could not be known then. */
  readonly withoutBacklogChanges: (work: () => Promise<void>) => Promise<void>;
}

export interface RigParts {
  readonly cluster: Cluster;
  readonly backlogs: Backlogs;
  readonly targets: readonly string[];
  readonly replicas: readonly Replica[];
  readonly random: () => number;
}

const leaderSeconds = 60;

export function rigOf({ cluster, backlogs, targets, replicas, random }: RigParts, load: Load): Rig {
  return {
    ...{ cluster, backlogs, random },
    some: (count) => sample(targets, count, random),
    async leader() {
      const deadline = Date.now() + leaderSeconds * 1000;
      while (Date.now() < deadline) {
        const leading = await Promise.all(replicas.map((replica) => replica.leads()));
        const found = replicas[leading.indexOf(true)];
        if (found !== undefined) return found;
        await delay(200);
      }
      throw new Error(`no replica leads for ${leaderSeconds} s`);
    },
    withoutBacklogChanges: (work) => load.without(work),
  };
}

/** Changes backlogs all the time: a few targets a turn, each to another depth. */
export class Load {
  readonly #parts: RigParts;
  #turn: Promise<void> = Promise.resolve();
  #held = false;
  #stopped = false;
  changes = 0;

  constructor(parts: RigParts) {
    this.#parts = parts;
  }

  run(periodSeconds: number): void {
    this.#turn = this.#change()
      // The least depth that it may have now is noted; the next change asks for the true one.
      .catch(() => undefined)
      .then(async () => {
        await delay(periodSeconds * 1000);
      })
      .finally(() => {
        if (!this.#held && !this.#stopped) this.run(periodSeconds);
      });
  }

  async without(work: () => Promise<void>): Promise<void> {
    this.#held = true;
    await this.#turn;
    try {
      await work();
    } finally {
      this.#held = false;
      if (!this.#stopped) this.run(1);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turn;
  }

  async #change(): Promise<void> {
    const { targets, random, backlogs } = this.#parts;
    const names = sample(targets, 3, random);
    await backlogs.set(new Map(names.map((name) => [name, anyBacklog(random)])));
    this.changes += names.length;
  }
}

/** Multiples of a replica's share, so that the tolerance plays no part. */
export function anyBacklog(random: () => number): number {
  return messagesPerReplica * (1 + Math.floor(maxReplicas * random()));
}

function sample(items: readonly string[], count: number, random: () => number): string[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, items.length) }, () => {
    const [taken] = left.splice(Math.floor(random() * left.length), 1);
    return taken ?? "";
  });
}
