import { CoreV1Api, ListWatch, Watch } from "@kubernetes/client-node";
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import type { Clock } from "../../ports/clock.ts";
import { callOptions } from "./client.ts";

const listTimeoutSeconds = 10;
const firstPauseSeconds = 0.5;
/** Short against the time after which a broken watch counts as unknown, so that a restart of the API server goes unnoticed. */
const maxPauseSeconds = 5;

/** Which pods to watch, and with what. */
export interface PodWatchOptions {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  readonly namespace: string;
  readonly selector: string;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** The pods of one namespace and label selector, kept up to date by a watch that restarts itself until its signal aborts. */
export class PodWatch {
  readonly #informer: ListWatch<V1Pod>;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #connectedOnce = false;
  #downSince: number | undefined;
  #failures = 0;

  constructor({ kubeConfig, clock, namespace, selector, signal }: PodWatchOptions) {
    this.#clock = clock;
    this.#signal = signal;
    this.#downSince = clock.now();
    const api = kubeConfig.makeApiClient(CoreV1Api);
    const watch = new ObservedWatch(kubeConfig, signal, (connected) => {
      this.#observe(connected);
    });
    this.#informer = new ListWatch<V1Pod>(
      `/api/v1/namespaces/${namespace}/pods`,
      watch,
      () => api.listNamespacedPod({ namespace, labelSelector: selector }, callOptions(signal, listTimeoutSeconds)),
      false,
      selector,
      undefined,
      { delayFn: (milliseconds) => clock.sleep(milliseconds / 1000, signal) },
    );
    // The library stops at an error and leaves the restart to its user.
    this.#informer.on("error", () => void this.#restart());
    signal.addEventListener("abort", () => void this.#informer.stop(), { once: true });
  }

  /** Begins to list and watch; returns at once. */
  start(): void {
    this.#informer.start().catch(() => this.#restart());
  }

  /** The pods as last told; undefined before the first complete list, and after `maxDownSeconds` without a watch. */
  list(maxDownSeconds: number): readonly V1Pod[] | undefined {
    if (!this.#connectedOnce) return undefined;
    if (this.#downSince !== undefined && this.#clock.now() - this.#downSince > maxDownSeconds) return undefined;
    return this.#informer.list();
  }

  #observe(connected: boolean): void {
    if (connected) {
      this.#connectedOnce = true;
      this.#failures = 0;
      this.#downSince = undefined;
    } else this.#downSince ??= this.#clock.now();
  }

  async #restart(): Promise<void> {
    this.#observe(false);
    const pause = Math.min(maxPauseSeconds, firstPauseSeconds * 2 ** this.#failures++);
    await this.#clock.sleep(pause * (0.5 + this.#clock.random() / 2), this.#signal);
    if (!this.#signal.aborted) this.start();
  }
}

type WatchArguments = Parameters<Watch["watch"]>;

/** Tells when a watch connects and when it ends, which the library's informer does not. */
class ObservedWatch extends Watch {
  readonly #signal: AbortSignal;
  readonly #onChange: (connected: boolean) => void;

  constructor(kubeConfig: KubeConfig, signal: AbortSignal, onChange: (connected: boolean) => void) {
    super(kubeConfig);
    this.#signal = signal;
    this.#onChange = onChange;
  }

  override async watch(...[path, query, onEvent, done]: WatchArguments): Promise<AbortController> {
    let ended = false;
    const end: WatchArguments[3] = (error) => {
      ended = true;
      this.#onChange(false);
      done(error);
    };
    let controller: AbortController;
    try {
      controller = await super.watch(path, query, onEvent, end);
    } catch (error) {
      // The informer calls this without a catch: an unreadable token file would end the process.
      end(error);
      return new AbortController();
    }
    // A stop that came while the watch was connecting has missed it.
    if (this.#signal.aborted) controller.abort();
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the callback may have run by now
    else if (!ended) this.#onChange(true);
    return controller;
  }
}
