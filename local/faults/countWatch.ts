import { setTimeout as delay } from "node:timers/promises";
import { Watch, type V1Deployment } from "@kubernetes/client-node";
import type { ApiServer } from "./apiServer.ts";
import { namespace } from "./pods.ts";
import type { CountChange } from "./wrongScaleDowns.ts";

const retryMilliseconds = 500;

/** Every change of a Deployment's count, in order: no move between two looks is missed. */
export class CountWatch {
  readonly #changes: CountChange[] = [];
  readonly #watch: Watch;
  readonly #name: string;
  #count: number | undefined;
  #version: string | undefined;
  #controller: AbortController | undefined;
  #stopped = false;

  private constructor(api: ApiServer, name: string) {
    this.#watch = new Watch(api.config);
    this.#name = name;
  }

  static async start(api: ApiServer, name: string): Promise<CountWatch> {
    const watch = new CountWatch(api, name);
    await watch.#connect();
    return watch;
  }

  /** Those from this time on, epoch seconds. */
  since(at: number): readonly CountChange[] {
    return this.#changes.filter((change) => change.at >= at);
  }

  stop(): void {
    this.#stopped = true;
    this.#controller?.abort();
  }

  async #connect(): Promise<void> {
    const query = {
      fieldSelector: `metadata.name=${this.#name}`,
      ...(this.#version === undefined ? {} : { resourceVersion: this.#version }),
    };
    this.#controller = await this.#watch.watch(
      `/apis/apps/v1/namespaces/${namespace}/deployments`,
      query,
      (type: string, seen: V1Deployment) => {
        // Its memory of old versions is over: begin with what there is now.
        if (type === "ERROR") this.#version = undefined;
        else this.#see(seen);
      },
      () => {
        if (!this.#stopped) void this.#reconnect();
      },
    );
  }

  #see({ metadata, spec }: V1Deployment): void {
    this.#version = metadata?.resourceVersion ?? this.#version;
    const to = spec?.replicas;
    if (to === undefined || to === this.#count) return;
    if (this.#count !== undefined) this.#changes.push({ at: Date.now() / 1000, from: this.#count, to });
    this.#count = to;
  }

  async #reconnect(): Promise<void> {
    await delay(retryMilliseconds);
    if (this.#stopped) return;
    await this.#connect().catch(() => this.#reconnect());
  }
}
