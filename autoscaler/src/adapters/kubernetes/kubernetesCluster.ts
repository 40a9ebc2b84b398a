import { CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "../../ports/clock.ts";
import type { EventRecorder } from "../../ports/eventRecorder.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import type { ScaleIn } from "../../ports/scaleIn.ts";
import type { ScaleTarget } from "../../ports/scaleTarget.ts";
import { Competitors } from "./workload/competitors.ts";
import { EventWriter, KubernetesEventRecorder } from "./eventRecorder.ts";
import { NamespacePods } from "./pods/namespacePods.ts";
import { onceEach } from "./api/notices.ts";
import { ObjectWatch } from "./api/objectWatch.ts";
import type { Resource } from "./pods/pod.ts";
import { Outage } from "./api/outage.ts";
import { PodDeletionCost } from "./pods/podDeletionCost.ts";
import type { Unacknowledged } from "./pods/podDeletionCost.ts";
import { PodSamples } from "./pods/podSamples.ts";
import { ResourceMetric } from "./pods/resourceMetric.ts";
import { KubernetesScaleTarget } from "./workload/scaleTarget.ts";
import { toLabelSelector } from "./pods/labelSelector.ts";
import type { Labels } from "./pods/labelSelector.ts";
import { SelectedPods } from "./pods/selectedPods.ts";
import type { LabelledPods } from "./pods/selectedPods.ts";
import { pluralOf, toWorkload } from "./workload/workload.ts";
import type { ScaleTargetRef, Workload, WorkloadObject } from "./workload/workload.ts";

/** A list of thousands of pods takes a second or two; a first tick without pods only holds the count. */
const readySeconds = 5;

/** One cluster, as this process sees it. */
export interface KubernetesClusterOptions {
  readonly kubeConfig: KubeConfig;
  /** For pauses and ages; tests set it. */
  readonly clock: Clock;
  /** Ends all watches. */
  readonly signal: AbortSignal;
  /** Whether this process may write; asked right before each write. */
  readonly mayWrite: () => boolean;
  /** Hears once of each missing right and each annotation that is not understood. */
  readonly onNotice?: (notice: string) => void;
}

/** All ports of one workload. */
export interface KubernetesTarget {
  /** Reads and writes the count. */
  readonly scaleTarget: ScaleTarget;
  readonly pods: LabelledPods;
  /** Where `kubectl describe` of the workload shows what was decided. */
  readonly events: EventRecorder;
  /** In percent of the request; needs an API server with metrics.k8s.io. */
  resourceMetric(resource: Resource): MetricSource;
  /** Asks the broker at each preparation only. */
  scaleIn(unacknowledgedByAddress: Unacknowledged): ScaleIn;
}

/** What differs from target to target. */
export interface KubernetesTargetOptions {
  /** Hears of an Event that could not be written. */
  readonly onEventFailure?: (error: string) => void;
}

/** What the targets of one namespace share. */
interface Namespace {
  readonly samples: PodSamples;
  readonly competitors: Competitors;
  /** By plural: Deployments and StatefulSets are separate collections. */
  readonly workloads: Map<string, ObjectWatch<WorkloadObject, Workload>>;
}

/** Connects workloads over few calls: per namespace one watch of its pods and one of each kind of workload. */
export class KubernetesCluster {
  readonly #options: Required<KubernetesClusterOptions>;
  readonly #api: CustomObjectsApi;
  readonly #core: CoreV1Api;
  readonly #events: EventWriter;
  readonly #outage: Outage;
  readonly #namespaces = new Map<string, Namespace>();
  /** Also of namespaces without a target. */
  readonly #pods = new Map<string, NamespacePods>();

  constructor(options: KubernetesClusterOptions) {
    this.#options = { ...options, onNotice: onceEach(options.onNotice ?? (() => undefined)) };
    this.#api = options.kubeConfig.makeApiClient(CustomObjectsApi);
    this.#core = options.kubeConfig.makeApiClient(CoreV1Api);
    this.#events = new EventWriter(this.#core);
    this.#outage = new Outage(options.clock);
  }

  /** Returns at once and begins to watch what is not watched yet. Throws on a kind that cannot be scaled. */
  target(ref: ScaleTargetRef, { onEventFailure }: KubernetesTargetOptions = {}): KubernetesTarget {
    const { clock, mayWrite, onNotice } = this.#options;
    // For its check alone: a wrong kind must fail while the configuration is read, not at the first tick.
    pluralOf(ref);
    const { namespace } = ref;
    const { samples, competitors } = this.#namespace(namespace);
    const workloads = this.#workloads(ref);
    const scaleTarget = new KubernetesScaleTarget(ref, {
      ...{ api: this.#api, clock, outage: this.#outage, workloads, competitors, mayWrite, onNotice },
    });
    // Asked at each list, since the selector is known only after the first read.
    const pods = new SelectedPods(this.#podsOf(namespace), () => scaleTarget.selector());
    const events = new KubernetesEventRecorder({
      ...{ writer: this.#events, clock, ref, uid: () => scaleTarget.uid() },
      ...(onEventFailure !== undefined && { onFailure: onEventFailure }),
    });
    return {
      ...{ scaleTarget, pods, events },
      resourceMetric: (resource) => new ResourceMetric({ resource, namespace, pods, samples, clock }),
      scaleIn: (unacknowledgedByAddress) =>
        new PodDeletionCost({ api: this.#core, clock, ref, pods, unacknowledgedByAddress, mayWrite, onNotice }),
    };
  }

  /** Pods by their labels alone, of no workload in particular. Returns at once and begins to watch the namespace. */
  pods(namespace: string, matchLabels: Labels): LabelledPods {
    const selector = toLabelSelector({ matchLabels });
    return new SelectedPods(this.#podsOf(namespace), () => selector);
  }

  /** Resolves when everything watched has been listed or has failed, at the latest after 5 s, so that the first ticks find it. */
  async ready(): Promise<void> {
    const { clock, signal } = this.#options;
    const answers = [
      ...[...this.#pods.values()].map(({ answered }) => answered),
      ...[...this.#namespaces.values()].flatMap(({ competitors, workloads }) => [
        competitors.refresh(),
        ...[...workloads.values()].map(({ answered }) => answered),
      ]),
    ];
    const done = new AbortController();
    await Promise.race([Promise.all(answers), clock.sleep(readySeconds, AbortSignal.any([signal, done.signal]))]);
    // Else the sleep would hold the process for the rest of its 5 s.
    done.abort();
  }

  #namespace(namespace: string): Namespace {
    const known = this.#namespaces.get(namespace);
    if (known !== undefined) return known;
    const { clock, signal, onNotice } = this.#options;
    const shared = { api: this.#api, clock, namespace, signal };
    const made = {
      samples: new PodSamples(shared),
      competitors: new Competitors({ ...shared, onNotice }),
      workloads: new Map<string, ObjectWatch<WorkloadObject, Workload>>(),
    };
    this.#namespaces.set(namespace, made);
    return made;
  }

  #podsOf(namespace: string): NamespacePods {
    const { kubeConfig, clock, signal, onNotice } = this.#options;
    const known = this.#pods.get(namespace);
    const pods = known ?? new NamespacePods({ api: this.#api, kubeConfig, clock, namespace, signal, onNotice });
    this.#pods.set(namespace, pods);
    return pods;
  }

  #workloads(ref: ScaleTargetRef): ObjectWatch<WorkloadObject, Workload> {
    const { kubeConfig, clock, signal, onNotice } = this.#options;
    const { namespace } = ref;
    const { workloads } = this.#namespace(namespace);
    const plural = pluralOf(ref);
    const known = workloads.get(plural);
    if (known !== undefined) return known;
    const watch = new ObjectWatch<WorkloadObject, Workload>({
      ...{ kubeConfig, api: this.#api, clock, signal, keep: toWorkload },
      collection: { group: "apps", version: "v1", plural, namespace },
      onForbidden: () => {
        onNotice(`${plural} of namespace ${namespace} may not be listed and watched: each is read at each tick`);
      },
    });
    workloads.set(plural, watch);
    return watch;
  }
}
