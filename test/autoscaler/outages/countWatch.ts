import { Watch } from "@kubernetes/client-node";
import type { V1Deployment } from "@kubernetes/client-node";
import { setTimeout as delay } from "node:timers/promises";
import { loadKubeConfig } from "../../../local/kubernetes/apply.ts";
import { namespace, type Cluster } from "./cluster.ts";

/** Every count that a Deployment has had, in order: no move between two looks is missed. */
export class CountWatch {
  readonly #counts: number[] = [];
  readonly #watch: Watch;
  readonly #name: string;
  #version: string | undefined;
  #controller: AbortController | undefined;
  #stopped = false;

  private constructor(watch: Watch, name: string) {
    this.#watch = watch;
    this.#name = name;
  }

  static async start({ controlPlane }: Cluster, name: string): Promise<CountWatch> {
    const watch = new CountWatch(new Watch(loadKubeConfig(controlPlane.kubeconfigFile)), name);
    await watch.#connect();
    return watch;
  }

  counts(): readonly number[] {
    return this.#counts;
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
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    this.#controller = await this.#watch.watch(
      path,
      query,
      (_type: string, { metadata, spec }: V1Deployment) => {
        this.#version = metadata?.resourceVersion ?? this.#version;
        const { replicas } = spec ?? {};
        if (replicas !== undefined && replicas !== this.#counts.at(-1)) this.#counts.push(replicas);
      },
      () => {
        if (!this.#stopped) void this.#reconnect();
      },
    );
  }

  /** The API server may be away on purpose. */
  async #reconnect(): Promise<void> {
    await delay(200);
    if (this.#stopped) return;
    await this.#connect().catch(() => this.#reconnect());
  }
}
