import type { Pods } from "./pods.ts";
import { everyPeriod } from "../demo/timeline.ts";
import type { LoggedDecision } from "./wrongScaleDowns.ts";

/** Ticks between two looks, with a reserve: what is overlooked of a leader that goes is gone. */
const perLook = 20;

/** Gathers the autoscaler's decisions about one target from all its pods: those of a leader that goes would go with it. */
export class Decisions {
  readonly #pods: Pods;
  readonly #target: string;
  readonly #kept = new Map<string, LoggedDecision>();
  readonly #stop: () => Promise<void>;

  constructor(pods: Pods, target: string) {
    this.#pods = pods;
    this.#target = target;
    this.#stop = everyPeriod(2000, () => this.#look());
  }

  /** In the order of time. */
  since(at: number): readonly LoggedDecision[] {
    const kept = [...this.#kept.values()].filter(({ input }) => input.now >= at);
    return kept.sort((one, other) => one.input.now - other.input.now);
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  async #look(): Promise<void> {
    // A pod that cannot answer has nothing to tell; its successor will have.
    const pods = await this.#pods.states("autoscaler").catch(() => []);
    await Promise.all(
      pods.map(async ({ name, uid }) => {
        const path = `/v1/targets/${this.#target}/decisions?limit=${perLook}`;
        const answer = await this.#pods.get(name, 8080, path).catch(() => '{"decisions":[]}');
        const { decisions } = JSON.parse(answer) as { decisions: LoggedDecision[] };
        for (const one of decisions) this.#kept.set(`${uid} ${one.input.now}`, one);
      }),
    );
  }
}

/** What an autoscaler's pod says of who leads and what it last decided. */
export interface Leadership {
  readonly pod: string;
  readonly leader: boolean;
  /** Epoch seconds of its last decision about each target; null without one. */
  readonly decidedAt: readonly (number | null)[];
}

export async function leadershipOf(pods: Pods, pod: string): Promise<Leadership> {
  const answer = JSON.parse(await pods.get(pod, 8080, "/v1/targets")) as {
    leader: boolean;
    targets: { at: number | null }[];
  };
  return { pod, leader: answer.leader, decidedAt: answer.targets.map(({ at }) => at) };
}
