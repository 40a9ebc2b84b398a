import { ListWatch } from "@kubernetes/client-node";
import type { CustomObjectsApi, KubeConfig, KubernetesListObject, KubernetesObject } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import { statusCode } from "./apiError.ts";
import { callOptions } from "./client.ts";
import { ObservedWatch } from "./observedWatch.ts";

const listTimeoutSeconds = 10;
/** A page is parsed and stripped at a time, so that a long list neither blocks nor fills the memory. */
const pageSize = 500;
const firstPauseSeconds = 0.5;
/** Short against the time after which a broken watch counts as unknown, so that a restart of the API server goes unnoticed. */
const maxPauseSeconds = 5;
/** A refusal lasts until somebody grants the right. */
const forbiddenPauseSeconds = 60;

/** `group` is empty for the core group. */
export interface Collection {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
}

/** What is watched, and with what. */
export interface ObjectWatchOptions<Full extends KubernetesObject, Kept extends KubernetesObject> {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  /** The typed clients would build a class for each part of each object. */
  readonly api: CustomObjectsApi;
  readonly collection: Collection;
  /** The part of an object that is kept. */
  readonly keep: (object: Full) => Kept;
  /** For an index beside the cache: what was added or changed. */
  readonly onPut?: (object: Kept) => void;
  /** Also for what has gone while the watch was broken, when the next list shows it. */
  readonly onDelete?: (object: Kept) => void;
  /** Each time the right to list or watch is missing, about once a minute while that lasts. */
  readonly onForbidden: () => void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** One collection of a namespace, kept up to date by a watch that restarts itself until its signal aborts. */
export class ObjectWatch<Full extends KubernetesObject, Kept extends KubernetesObject> {
  readonly #options: ObjectWatchOptions<Full, Kept>;
  readonly #informer: ListWatch<Kept>;
  /** Resolved also by a failure: who waits wants to begin, with or without the objects. */
  readonly #answered = Promise.withResolvers<undefined>();
  /** Until then the cache is empty, which must not pass for a namespace without objects. */
  #connectedOnce = false;
  /** Epoch seconds of the loss: a failed restart after it does not begin the time anew. */
  #downSince: number;
  #connected = false;
  #failures = 0;

  /** Begins to list and watch at once. */
  constructor(options: ObjectWatchOptions<Full, Kept>) {
    this.#options = options;
    const { kubeConfig, clock, collection, keep, signal } = options;
    this.#downSince = clock.now();
    const watch = new ObservedWatch(kubeConfig, {
      signal,
      onChange: (connected) => {
        this.#observe(connected);
      },
      keep: (object) => keep(object as Full),
    });
    this.#informer = new ListWatch<Kept>(pathOf(collection), watch, () => this.#list(), false, undefined, undefined, {
      // The library's own delay would hold the process after the signal.
      delayFn: (milliseconds) => clock.sleep(milliseconds / 1000, signal),
    });
    this.#follow();
    signal.addEventListener("abort", () => void this.#informer.stop(), { once: true });
    this.#start();
  }

  /** Resolves after the first complete list, or the first failure. */
  get answered(): Promise<undefined> {
    return this.#answered.promise;
  }

  /** Whether the objects are complete and at most `maxDownSeconds` old. */
  isLive(maxDownSeconds: number): boolean {
    if (this.#connected) return true;
    // Either way: a clock that was set back must not make a broken watch young.
    return this.#connectedOnce && Math.abs(this.#options.clock.now() - this.#downSince) <= maxDownSeconds;
  }

  /** As last told, also while the watch is broken. */
  get(name: string, namespace: string): Kept | undefined {
    return this.#informer.get(name, namespace);
  }

  /** Registers before the start, or the objects of the first list would be missed. */
  #follow(): void {
    const { onPut, onDelete } = this.#options;
    if (onPut !== undefined) {
      this.#informer.on("add", onPut);
      this.#informer.on("update", onPut);
    }
    if (onDelete !== undefined) this.#informer.on("delete", onDelete);
    // The library stops at an error and leaves the restart to its user.
    this.#informer.on("error", (error: unknown) => void this.#restart(error));
  }

  #start(): void {
    this.#informer.start().catch((error: unknown) => this.#restart(error));
  }

  async #list(): Promise<KubernetesListObject<Kept>> {
    const { api, collection, keep, signal } = this.#options;
    // Anew for each page: the time limit is that of one call.
    const options = () =>
      callOptions(signal, listTimeoutSeconds, (context) => {
        const url = new URL(context.getUrl());
        // The untyped client knows no path of the core group.
        url.pathname = url.pathname.replace(/\/apis\/.*/, pathOf(collection));
        context.setUrl(url.toString());
      });
    const items: Kept[] = [];
    // Pages of one list share its resourceVersion; an expired token fails the list, and the restart begins it anew.
    for (let next: string | undefined; ;) {
      const request = { ...collection, limit: pageSize, ...(next !== undefined && { _continue: next }) };
      const page = (await api.listNamespacedCustomObject(request, options())) as KubernetesListObject<Full>;
      const { metadata, items: full } = page;
      // Stripped at once, so that only one page of full objects is in memory.
      for (const object of full) items.push(keep(object));
      next = (metadata as { continue?: string } | undefined)?.continue;
      if (next === undefined || next === "") return { ...(metadata !== undefined && { metadata }), items };
    }
  }

  #observe(connected: boolean): void {
    if (connected) {
      this.#connectedOnce = true;
      // Only a connected watch counts: a server that lists and refuses to watch would else be asked without a pause.
      this.#failures = 0;
    } else if (this.#connected) this.#downSince = this.#options.clock.now();
    this.#connected = connected;
    this.#answered.resolve(undefined);
  }

  async #restart(error: unknown): Promise<void> {
    const { clock, onForbidden, signal } = this.#options;
    this.#observe(false);
    const forbidden = isForbidden(error);
    if (forbidden) onForbidden();
    // Doubled with each failure, so that all replicas together do not hinder an API server that starts.
    const pause = forbidden ? forbiddenPauseSeconds : firstPauseSeconds * 2 ** this.#failures++;
    const atMost = forbidden ? forbiddenPauseSeconds : maxPauseSeconds;
    await clock.sleep(Math.min(atMost, pause) * (0.5 + clock.random() / 2), signal);
    if (!signal.aborted) this.#start();
  }
}

function pathOf({ group, version, plural, namespace }: Collection): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}/namespaces/${namespace}/${plural}`;
}

function isForbidden(error: unknown): boolean {
  // The library's watch tells the status in a property of its own.
  const code = statusCode(error) ?? (error as { statusCode?: unknown } | undefined)?.statusCode;
  return code === 403;
}
