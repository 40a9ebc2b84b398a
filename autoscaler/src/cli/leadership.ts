import type { loadKubeConfig } from "../adapters/kubernetes/api/client.ts";
import { ConfigMapStateStore } from "../adapters/kubernetes/state/configMapStateStore.ts";
import { LeaseElector } from "../adapters/kubernetes/leadership/leaseElector.ts";
import { currentNamespace } from "../adapters/kubernetes/api/namespace.ts";
import { MemoryStateStore } from "../adapters/system/memoryStateStore.ts";
import { soloElector } from "../adapters/system/soloElector.ts";
import { targetsPerConfigMap } from "../config/permissions.ts";
import type { AutoscalerConfig } from "../config/schema.ts";
import { substanceOf } from "../core/takeOver.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaderElector } from "../ports/leaderElector.ts";
import type { StateStore } from "../ports/stateStore.ts";
import type { Note } from "../ports/telemetry.ts";
import { stateCodec } from "./stateCodec.ts";

/**
 * When a leader that cannot renew stops acting, as a share of the lease: the rest is for a write under way and for
 * clocks.
 */
const renewDeadlineShare = 5 / 8;
/** Tries within one lease: a leader outlives four that fail. client-go's 15 s with a try each 2 s is much the same. */
const triesPerLease = 8;

/** What candidacy and stored states need of the process. */
export interface LeadershipOptions {
  readonly kubeConfig: ReturnType<typeof loadKubeConfig>;
  readonly clock: Clock;
  /** Unique to this process: two that share one would both take themselves for the holder. */
  readonly identity: string;
  /** Tells logs and metrics what limits this process; never throws. */
  readonly note: (kind: Note["kind"], detail: string) => void;
}

/**
 * Who acts, and what is handed on from one leader to the next. Together, because the store may write only while the
 * elector says so: a leader of yesterday must not overwrite what the next one has learned.
 */
export function leadership(
  config: AutoscalerConfig,
  options: LeadershipOptions,
): { readonly elector: LeaderElector; readonly states: StateStore } {
  const elector = electorOf(config, options);
  return { elector, states: storeOf(config, elector, options) };
}

function electorOf({ leaderElection, targets }: AutoscalerConfig, options: LeadershipOptions): LeaderElector {
  // Somebody has to have said so: without a lease nothing keeps a second process from writing as well.
  if (!leaderElection.enabled) return soloElector;
  const { kubeConfig, clock, identity, note } = options;
  const { leaseDurationSeconds } = leaderElection;
  return new LeaseElector({
    ...{ kubeConfig, clock, identity, leaseDurationSeconds },
    namespace: leaderElection.namespace ?? ownNamespace(options, targets),
    name: leaderElection.leaseName,
    renewDeadlineSeconds: leaseDurationSeconds * renewDeadlineShare,
    retrySeconds: leaseDurationSeconds / triesPerLease,
    onChange: ({ kind, detail }) => {
      if (kind === "failure") note("Limitation", detail);
      // Won and lost are told by the term itself.
      if (kind === "otherHolder") note("LeaderSeen", detail);
    },
  });
}

function storeOf(config: AutoscalerConfig, elector: LeaderElector, options: LeadershipOptions): StateStore {
  const { kubeConfig, clock, note } = options;
  const { state, targets } = config;
  // A restart then begins anew from the present counts, as the HPA does.
  if (state.store === "memory") return new MemoryStateStore();
  return new ConfigMapStateStore({
    ...{ kubeConfig, clock, ...stateCodec(config, clock) },
    namespace: state.namespace ?? ownNamespace(options, targets),
    name: state.configMapName,
    targets: targets.map(({ name }) => name),
    // Asked at each write, not once: a lease is lost in between.
    mayWrite: () => elector.isLeader(),
    targetsPerMap: targetsPerConfigMap,
    intervalSeconds: state.intervalSeconds,
    // Most ticks change nothing worth a write, and each write is one to etcd.
    substance: substanceOf,
    onFailure: (error) => {
      note("StateNotStored", error);
    },
  });
}

/** Beside the process itself; outside a cluster beside its first target. */
function ownNamespace({ kubeConfig }: LeadershipOptions, targets: AutoscalerConfig["targets"]): string {
  return currentNamespace(kubeConfig) ?? targets[0]?.scaleTargetRef.namespace ?? "default";
}
