import type { CustomObjectsApi } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import { describeApiError, statusCode } from "../api/apiError.ts";
import { callOptions } from "../api/client.ts";
import type { ScaleTargetRef } from "./workload.ts";

/** A new autoscaler is noticed within this time; two lists per namespace are cheap against one per target and tick. */
const periodSeconds = 10;
/** While one is there: its end must be seen soon, since the target waits for it. */
const heldPeriodSeconds = 0.5;
/** After so long without an answer the last one is unknown again. */
const maxAgeSeconds = 60;
/** Nobody waits for the list, so a slow server only makes the last one older. */
const callTimeoutSeconds = 5;

/** Kinds of other autoscalers. KEDA's default target kind: https://keda.sh/docs/latest/reference/scaledobject-spec/ */
const autoscalers = [
  { kind: "HorizontalPodAutoscaler", group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers" },
  { kind: "ScaledObject", group: "keda.sh", version: "v1alpha1", plural: "scaledobjects" },
] as const;

type Autoscaler = (typeof autoscalers)[number];

/** Of one namespace, shared by its targets. */
export interface CompetitorsOptions {
  readonly api: CustomObjectsApi;
  readonly clock: Clock;
  readonly namespace: string;
  /** Ends a list under way when the process stops. */
  readonly signal: AbortSignal;
  readonly onNotice: (notice: string) => void;
}

/** What an HPA and a ScaledObject have in common, as the API tells it. */
interface AutoscalerObject {
  readonly metadata?: { readonly name?: string };
  readonly spec?: {
    readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string };
  };
}

/** "kind/name" of a workload → its autoscalers. */
type ByTarget = ReadonlyMap<string, readonly string[]>;

/** The last successful list of one kind; `at` in epoch seconds. */
interface Listed {
  readonly byTarget: ByTarget;
  readonly at: number;
}

/** The other autoscalers of a namespace's workloads, listed once for all targets when one of them asks. */
export class Competitors {
  readonly #options: CompetitorsOptions;
  readonly #listed = new Map<Autoscaler, Listed>();
  /** Epoch seconds; from the begin of the epoch, so that the first question lists. */
  #nextAt = 0;
  #refreshing: Promise<void> | undefined;

  constructor(options: CompetitorsOptions) {
    this.#options = options;
  }

  /** As "HorizontalPodAutoscaler name". Undefined while unknown: one kind not listed leaves open whether there is one. */
  of({ kind, name }: Pick<ScaleTargetRef, "kind" | "name">): readonly string[] | undefined {
    const now = this.#options.clock.now();
    // A clock that was set back must not end the lists.
    if (now >= this.#nextAt || this.#nextAt - now > 2 * periodSeconds) void this.refresh();
    // A kind whose list failed for long is unknown, which must not read as "nobody".
    const known = autoscalers
      .map((one) => this.#listed.get(one))
      .filter((listed) => listed !== undefined && now - listed.at <= maxAgeSeconds);
    const found = known.flatMap((listed) => listed?.byTarget.get(`${kind}/${name}`) ?? []);
    if (found.length > 0) this.#nextAt = Math.min(this.#nextAt, now + heldPeriodSeconds);
    // One that was found is enough: what else there may be changes nothing.
    return found.length > 0 || known.length === autoscalers.length ? found : undefined;
  }

  /** Lists now; several callers share one list. Never rejects. */
  refresh(): Promise<void> {
    const { clock } = this.#options;
    this.#refreshing ??= Promise.all(autoscalers.map((one) => this.#list(one)))
      .then(() => {
        // Jitter, so that the lists of all namespaces do not come together.
        this.#nextAt = clock.now() + periodSeconds * (0.75 + clock.random() / 2);
      })
      .finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #list(autoscaler: Autoscaler): Promise<void> {
    const { api, clock, namespace, signal } = this.#options;
    const { kind, group, version, plural } = autoscaler;
    try {
      const request = { group, version, plural, namespace };
      const list = (await api.listNamespacedCustomObject(request, callOptions(signal, callTimeoutSeconds))) as {
        items: AutoscalerObject[];
      };
      this.#listed.set(autoscaler, { byTarget: byTarget(kind, list.items), at: clock.now() });
    } catch (error) {
      // Without its definition nobody can have made one.
      // Anything else, such as a timeout, keeps the last list until it is too old.
      if (statusCode(error) === 404) this.#listed.set(autoscaler, { byTarget: new Map(), at: clock.now() });
      else if (statusCode(error) === 403) this.#forbidden(autoscaler, error);
    }
  }

  #forbidden(autoscaler: Autoscaler, error: unknown): void {
    const { namespace, onNotice } = this.#options;
    this.#listed.delete(autoscaler);
    const { plural, group } = autoscaler;
    onNotice(
      `whether other autoscalers act in namespace ${namespace} is unknown: ${plural}.${group}: ${describeApiError(error)}`,
    );
  }
}

function byTarget(kind: string, items: readonly AutoscalerObject[]): ByTarget {
  const found = new Map<string, string[]>();
  for (const { metadata, spec } of items) {
    const target = targetOf(spec);
    if (target !== undefined) found.set(target, [...(found.get(target) ?? []), `${kind} ${metadata?.name ?? ""}`]);
  }
  return found;
}

function targetOf(spec: AutoscalerObject["spec"]): string | undefined {
  // KEDA's defaults; an HPA leaves out at most the version.
  const { apiVersion = "apps/v1", kind = "Deployment", name = "" } = spec?.scaleTargetRef ?? {};
  return apiVersion.startsWith("apps/") ? `${kind}/${name}` : undefined;
}
