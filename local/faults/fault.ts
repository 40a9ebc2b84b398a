import type { AppsV1Api } from "@kubernetes/client-node";
import type { ApiServer } from "./apiServer.ts";
import type { Pods } from "./pods.ts";

/** What a fault and a check work on: the platform in a running cluster. */
export interface Scene {
  readonly api: ApiServer;
  readonly apps: AppsV1Api;
  readonly pods: Pods;
}

/** A fault that has been made. */
export interface Broken {
  /** What it was, for people: pods by name and what they were. */
  readonly what: string;
  /** Pods that went on purpose; whatever else restarts is told. */
  readonly touched: readonly string[];
  /** What is still missing before all that was broken is back, for people; undefined: nothing. */
  readonly missing: () => Promise<string | undefined>;
}

export interface Fault {
  /** In plain words. */
  readonly name: string;
  /** For people: what counts as recovered, beside no request failing. */
  readonly recovered: string;
  /** Why it cannot be made here; undefined: it can. */
  readonly impossible?: (scene: Scene) => string | undefined;
  /** Makes it; resolves as soon as it is made. */
  readonly breaks: (scene: Scene) => Promise<Broken>;
}
