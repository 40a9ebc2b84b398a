import type { loadKubeConfig } from "../adapters/kubernetes/client.ts";
import { ConfigMapStateStore } from "../adapters/kubernetes/configMapStateStore.ts";
import { LeaseElector } from "../adapters/kubernetes/leaseElector.ts";
import { currentNamespace } from "../adapters/kubernetes/namespace.ts";
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

/** The leader stops acting this much before others may take the lease, as a share of the lease's duration. */
const renewDeadlineShare = 5 / 8;
/** Tries within one lease. */
const triesPerLease = 8;

export interface LeadershipOptions {
  readonly kubeConfig: ReturnType<typeof loadKubeConfig>;
  readonly clock: Clock;
  readonly identity: string;
  readonly note: (kind: Note["kind"], detail: string) => void;
}

/** Who acts, and what is handed on from one leader to the next. */
export function leadership(
  config: AutoscalerConfig,
  options: LeadershipOptions,
): { readonly elector: LeaderElector; readonly states: StateStore } {
  const elector = electorOf(config, options);
  return { elector, states: storeOf(config, elector, options) };
}

function electorOf({ leaderElection, targets }: AutoscalerConfig, options: LeadershipOptions): LeaderElector {
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
  if (state.store === "memory") return new MemoryStateStore();
  return new ConfigMapStateStore({
    ...{ kubeConfig, clock, ...stateCodec(config, clock) },
    namespace: state.namespace ?? ownNamespace(options, targets),
    name: state.configMapName,
    targets: targets.map(({ name }) => name),
    mayWrite: () => elector.isLeader(),
    targetsPerMap: targetsPerConfigMap,
    intervalSeconds: state.intervalSeconds,
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
