import { Watch } from "@kubernetes/client-node";
import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";

type WatchArguments = Parameters<Watch["watch"]>;

/** What the owner of a watch hears of it. */
export interface ObservedWatchOptions {
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** True when the server has begun to answer, false when the watch is over, for whatever reason. */
  readonly onChange: (connected: boolean) => void;
  /** The part of an object that is handed on. */
  readonly keep: (object: KubernetesObject) => KubernetesObject;
}

/** A BOOKMARK has only a version and an ERROR is a Status: neither has the parts that `keep` takes. */
const objectPhases = new Set(["ADDED", "MODIFIED", "DELETED"]);

/** Tells when a watch connects and when it ends, which the library's informer does not, and strips what it delivers. */
export class ObservedWatch extends Watch {
  readonly #options: ObservedWatchOptions;

  constructor(kubeConfig: KubeConfig, options: ObservedWatchOptions) {
    super(kubeConfig);
    this.#options = options;
  }

  override async watch(...[path, query, onEvent, done]: WatchArguments): Promise<AbortController> {
    const { signal, onChange, keep } = this.#options;
    // The end may be told before `watch` has returned.
    let ended = false;
    const end: WatchArguments[3] = (error) => {
      ended = true;
      onChange(false);
      done(error);
    };
    const strip: WatchArguments[2] = (phase, object: KubernetesObject) => {
      onEvent(phase, objectPhases.has(phase) ? keep(object) : object);
    };
    let controller: AbortController;
    try {
      // Bookmarks move the version on in a quiet namespace, so that a broken watch resumes instead of listing anew.
      controller = await super.watch(path, { ...query, allowWatchBookmarks: true }, strip, end);
    } catch (error) {
      // The informer calls this without a catch: an unreadable token file would end the process.
      end(error);
      // The informer wants one to stop; there is nothing left to stop.
      return new AbortController();
    }
    // A stop that came while the watch was connecting has missed it.
    if (signal.aborted) controller.abort();
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the callback may have run by now
    else if (!ended) onChange(true);
    return controller;
  }
}
