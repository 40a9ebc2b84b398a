import type { loadKubeConfig } from "../adapters/kubernetes/api/client.ts";
import { KubernetesCluster } from "../adapters/kubernetes/kubernetesCluster.ts";
import type { LabelledPods } from "../adapters/kubernetes/pods/selectedPods.ts";
import type { AutoscalerConfig, TargetConfig } from "../config/schema.ts";
import { targetSpecAt } from "../config/targetSpec.ts";
import type { Loop } from "../control/loop.ts";
import { Reconciler, type TargetPorts } from "../control/reconciler.ts";
import type { Logger } from "../observe/logs.ts";
import type { SteadyClock } from "../ports/clock.ts";
import type { LeaderElector } from "../ports/leaderElector.ts";
import type { RefusedState, StateStore } from "../ports/stateStore.ts";
import type { Note, Telemetry } from "../ports/telemetry.ts";
import type { SourceFactory } from "./metricSources.ts";

/** A source that does not answer by then is missing in this tick; RabbitMQ's own calls end at 3 s. */
const metricTimeoutSeconds = 4;

/** What all targets share. */
export interface Wiring {
  readonly kubeConfig: ReturnType<typeof loadKubeConfig>;
  readonly telemetry: Telemetry;
  readonly sources: SourceFactory;
  readonly logger: Logger;
  readonly clock: SteadyClock;
  readonly states: StateStore;
  readonly elector: LeaderElector;
  readonly note: (kind: Note["kind"], detail: string) => void;
  /** Ends all watches. */
  readonly signal: AbortSignal;
}

/** All targets, watched but not yet acted on. */
export interface ConnectedTargets {
  /** Resolves when the watches have listed, or cannot for now. Never rejects. */
  readonly ready: () => Promise<void>;
  /** New loops, one a target, for one term of leadership. */
  readonly loops: () => readonly Loop[];
  /** Shared with what is served besides the targets: one watch a namespace is enough. */
  readonly cluster: KubernetesCluster;
  /** The pods of a target by its name, also where another process leads. Throws for a target that there is not. */
  readonly podsOf: (target: string) => LabelledPods;
  /** Tells a target's Events that its stored state was refused. */
  readonly tellRefused: (refused: RefusedState) => void;
}

/**
 * Connects every target; watches begin at once, so that a new leader knows the pods already. Resolves nothing and never
 * throws for an API server that is away: the watches go on trying until `wiring.signal` aborts.
 */
export function connectTargets(config: AutoscalerConfig, wiring: Wiring): ConnectedTargets {
  const { kubeConfig, clock, elector, note, signal } = wiring;
  const cluster = new KubernetesCluster({
    ...{ kubeConfig, clock, signal },
    mayWrite: () => elector.isLeader(),
    onNotice: (text) => {
      note("Limitation", text);
    },
  });
  const targets = config.targets.map((target) => ({ target, ports: portsOf(target, cluster, wiring) }));
  return {
    cluster,
    podsOf(name) {
      const found = targets.find(({ target }) => target.name === name);
      if (found === undefined) throw new Error(`target ${name} is not configured`);
      return found.ports.pods;
    },
    ready: () => cluster.ready(),
    loops: () => targets.map(({ target, ports }) => loopOf(target, ports)),
    tellRefused({ target: refused, cause }) {
      // Only said here: the log and the metrics are told by the term.
      const message = `${cause}: windows and learned rates begin anew from the present count`;
      const found = targets.find(({ target }) => target.name === refused);
      found?.ports.events.record({ type: "Warning", reason: "StateRefused", message });
    },
  };
}

function portsOf(
  target: TargetConfig,
  cluster: KubernetesCluster,
  wiring: Wiring,
): TargetPorts & { readonly pods: LabelledPods } {
  const { telemetry, sources, logger, clock, states } = wiring;
  const kubernetes = cluster.target(target.scaleTargetRef, {
    // A warning at most: Events are for people, and no decision depends on them.
    onEventFailure: (error) => {
      logger.warn({ target: target.name, error }, "an Event could not be written");
    },
  });
  const { scaleTarget, pods, events } = kubernetes;
  // Undefined also where no queue is named: then nobody can tell which pods are idle.
  const unacknowledged = target.podDeletionCost ? sources.unacknowledgedByAddress(target) : undefined;
  return {
    ...{ scaleTarget, pods, events, states, telemetry, clock },
    metrics: sources.sourcesOf(target, kubernetes),
    ...(unacknowledged === undefined ? {} : { scaleIn: kubernetes.scaleIn(unacknowledged) }),
  };
}

function loopOf(target: TargetConfig, ports: TargetPorts): Loop {
  const { name, periodSeconds } = target;
  // A new one each term: what an earlier term has told and seen is no longer true.
  const reconciler = new Reconciler({ name, specAt: targetSpecAt(target), metricTimeoutSeconds }, ports);
  return { periodSeconds, tick: (ended) => reconciler.tick(ended) };
}
