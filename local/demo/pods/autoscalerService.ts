import type { Client } from "../client.ts";
import { poll } from "../load.ts";
import { corePath, podNames, podPath, readObject } from "./apiServer.ts";
import { Decisions, type DecisionEntry, type StoredState } from "./decisions.ts";

/** What the autoscaler is asked about, and what it was configured with. */
export interface AutoscalerServiceOptions {
  readonly api: Client;
  /** Whose decisions are gathered. */
  readonly target: string;
  /** Of the queue's metric. */
  readonly metric: string;
  /** Decisions that it keeps of one target. */
  readonly capacity: number;
  /** Of the ConfigMap of its states. */
  readonly stateMap: string;
}

/** What the leader says of the target. */
export interface TargetStatus {
  readonly desiredReplicas: number | null;
  readonly explanation: string | null;
  readonly backlog: number | null;
}

interface TargetsPage {
  readonly leader: boolean;
  readonly targets: readonly {
    readonly name: string;
    /** Epoch seconds; null until the first decision. */
    readonly at: number | null;
    readonly desiredReplicas?: number;
    readonly explanation?: string;
  }[];
}

const port = 8080;
/** Decisions asked for after each new one: some more than one, for samples that came late. */
const latest = 5;
/** At first: those since the last state was stored, which is written every 30 s at least. */
const recent = 50;
/** Longer than a stored state stays as it is: the next one may fit where this one does not. */
const beginSeconds = 45;
/** Of the states' envelope, as far as it is read here. */
const stateVersion = 1;

/** The replicas of the autoscaler in the cluster; the leader's decisions are gathered with every look at its status. */
export class AutoscalerService {
  readonly decisions = new Decisions();
  readonly #options: AutoscalerServiceOptions;
  #leader: string | undefined;
  #seenAt: number | null = null;
  #stored: StoredState | undefined;

  constructor(options: AutoscalerServiceOptions) {
    this.#options = options;
  }

  /** Waits until there is a leader and a state that a replay can begin with; to be called before the load. */
  async begin(): Promise<void> {
    await poll(beginSeconds, async () => {
      this.#stored = await this.#storedState();
      await this.#leaderPage();
      await this.#gather(Math.min(recent, this.#options.capacity));
      return this.decisions.replayable(this.#stored).length > 0;
    });
    if (this.#leader === undefined) throw new Error("no replica of the autoscaler says over HTTP that it leads");
  }

  /** All null while nobody leads or answers. */
  async status(): Promise<TargetStatus> {
    const { target: name, metric } = this.#options;
    const target = (await this.#leaderPage())?.targets.find((one) => one.name === name);
    if (target === undefined || target.at === null) return { desiredReplicas: null, explanation: null, backlog: null };
    if (target.at !== this.#seenAt) {
      this.#seenAt = target.at;
      if (target.explanation !== undefined) this.decisions.explain(target.at, target.explanation);
      await this.#gather(Math.min(latest, this.#options.capacity));
    }
    const { desiredReplicas = null, explanation = null } = target;
    return { desiredReplicas, explanation, backlog: this.decisions.queue(metric).ready };
  }

  /** The log of the run, oldest first: all that can be replayed. */
  async log(): Promise<readonly DecisionEntry[]> {
    // What late samples have missed is still there.
    await this.#gather(this.#options.capacity);
    return this.decisions.replayable(this.#stored);
  }

  async #leaderPage(): Promise<TargetsPage | undefined> {
    const { api } = this.#options;
    const ask = async (pod: string): Promise<TargetsPage | undefined> => {
      const page = await readObject<TargetsPage>(api, `${podPath(pod, port)}/v1/targets`);
      if (page?.leader !== true) return undefined;
      this.#leader = pod;
      return page;
    };
    const page = this.#leader === undefined ? undefined : await ask(this.#leader);
    if (page !== undefined) return page;
    this.#leader = undefined;
    const pages = await Promise.all((await podNames(api, "autoscaler")).map(ask));
    return pages.find((one) => one !== undefined);
  }

  async #gather(limit: number): Promise<void> {
    if (this.#leader === undefined) return;
    const { api, target } = this.#options;
    const path = `${podPath(this.#leader, port)}/v1/targets/${target}/decisions?limit=${limit}`;
    const page = await readObject<{ decisions: readonly DecisionEntry[] }>(api, path);
    this.decisions.add(page?.decisions ?? []);
  }

  async #storedState(): Promise<StoredState | undefined> {
    const { api, stateMap, target } = this.#options;
    const path = `${corePath}/configmaps/${stateMap}`;
    const text = (await readObject<{ data?: Record<string, string> }>(api, path))?.data?.[target];
    if (text === undefined) return undefined;
    const { version, savedAt, state } = JSON.parse(text) as StoredState & { version: number };
    return version === stateVersion ? { savedAt, state } : undefined;
  }
}
