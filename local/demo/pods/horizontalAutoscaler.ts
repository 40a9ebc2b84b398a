import type { Bounds } from "../options.ts";
import type { Client } from "../client.ts";
import { corePath, namespace, readObject } from "./apiServer.ts";
import type { Rescale } from "./rescales.ts";

/** The gateway's HPA and the metric it is to be scaled by. */
export const gatewayHpa = { name: "api-gateway-hpa", metric: "requests_per_second" } as const;

/** What an HPA says of itself at one moment. */
export interface HpaState extends Bounds {
  /** Null until it has decided. */
  readonly desiredReplicas: number | null;
  /** Average over the pods, as it has last read it; null while it cannot. */
  readonly current: number | null;
  /** The average it is to hold; null where it has no such metric. */
  readonly target: number | null;
}

/** An HPA of autoscaling/v2, as far as it is read here. */
interface HorizontalPodAutoscaler {
  readonly spec: {
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly PodsMetric[];
  };
  readonly status?: { readonly desiredReplicas?: number; readonly currentMetrics?: readonly PodsMetric[] | null };
}

interface PodsMetric {
  readonly type: string;
  /** Absent for other types than Pods. */
  readonly pods?: {
    readonly metric: { readonly name: string };
    readonly target?: { readonly averageValue?: string };
    readonly current?: { readonly averageValue?: string };
  };
}

/** Reads one metric of type Pods out of an HPA. */
export function hpaState({ spec, status }: HorizontalPodAutoscaler, metric: string): HpaState {
  const find = (metrics: readonly PodsMetric[] | null | undefined): PodsMetric["pods"] =>
    (metrics ?? []).find(({ pods }) => pods?.metric.name === metric)?.pods;
  // 0 is what it has before its first decision: no HPA without the alpha gate scales to it.
  const desired = status?.desiredReplicas ?? 0;
  return {
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas,
    desiredReplicas: desired === 0 ? null : desired,
    current: quantity(find(status?.currentMetrics)?.current?.averageValue),
    target: quantity(find(spec.metrics)?.target?.averageValue),
  };
}

const factors: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9 };

/** "26700m" is 26.7. What cannot be read is unknown. */
function quantity(text = ""): number | null {
  const { digits, suffix = "" } = /^(?<digits>[0-9.]+)(?<suffix>[numkMG]?)$/.exec(text)?.groups ?? {};
  return digits === undefined ? null : Number(digits) * (factors[suffix] ?? NaN);
}

/** Undefined when the API server does not answer. */
export async function readHpa(api: Client): Promise<HpaState | undefined> {
  const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${gatewayHpa.name}`;
  const hpa = await readObject<HorizontalPodAutoscaler>(api, path);
  return hpa && hpaState(hpa, gatewayHpa.metric);
}

interface EventList {
  readonly items: readonly {
    readonly reason: string;
    readonly message: string;
    readonly lastTimestamp: string | null;
    readonly eventTime: string | null;
  }[];
}

/** What the HPA's Events say of its changes; the API server keeps them for an hour. */
export async function readRescales(api: Client): Promise<readonly Rescale[]> {
  const selector = encodeURIComponent(`involvedObject.name=${gatewayHpa.name}`);
  const list = await readObject<EventList>(api, `${corePath}/events?fieldSelector=${selector}`);
  return (list?.items ?? [])
    .filter(({ reason }) => reason === "SuccessfulRescale")
    .map(({ message, lastTimestamp, eventTime }) => ({
      at: Date.parse(lastTimestamp ?? eventTime ?? "") / 1000,
      message,
    }));
}
