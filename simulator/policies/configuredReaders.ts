import type { Reading } from "../../autoscaler/src/core/model.ts";
import type { View } from "../model.ts";
import { readQueue, type Reader } from "./core.ts";

/** A source of the autoscaler. */
export type Origin =
  | { readonly kind: "rabbitmq"; readonly count: "all" | "ready" }
  | { readonly kind: "prometheus" | "podMetrics" | "redis" | "cpu" | "memory" };

/** Percent of the request: below every usual mark, so that what is not simulated decides nothing. */
export const memoryPercent = 20;

/** One reader a metric, made for one run: some remember what they read last. */
export function readerOf(metrics: readonly string[], origins: Readonly<Record<string, Origin>>): Reader {
  const readers = metrics.map((metric) => [metric, metricReader(origins[metric])] as const);
  return (view) => Object.fromEntries(readers.map(([metric, read]) => [metric, read(view)]));
}

function metricReader(origin: Origin | undefined): (view: View) => Reading {
  switch (origin?.kind) {
    case "rabbitmq":
      return origin.count === "all" ? readQueue : readReady;
    case "redis":
      // The lists hold what waits.
      return ({ now, readyNow }) => ({ value: readyNow, observedAt: now });
    case "podMetrics":
      return readRequests;
    case "cpu":
      return cpuReader();
    case "memory":
      return ({ now }) => ({ value: memoryPercent, observedAt: now });
    case "prometheus":
    case undefined:
      return () => ({ error: "not simulated" });
  }
}

function readReady(view: View): Reading {
  const reading = readQueue(view);
  return "error" in reading ? reading : { ...reading, value: reading.queue?.ready ?? reading.value };
}

function readRequests({ statistics, readyReplicas }: View): Reading {
  if (statistics === undefined) return { error: "no requests counted yet" };
  if (readyReplicas === 0) return { error: "no pod answered" };
  const { publishRate, observedAt } = statistics;
  return { value: publishRate / readyReplicas, observedAt };
}

/** metrics-server's resolution. Seconds. */
const cpuWindow = 15;

/** The mean over the last window that is over, as of its end. */
function cpuReader(): (view: View) => Reading {
  let begin: { readonly at: number; readonly utilizationSeconds: number } | undefined;
  let last: Reading = { error: "no sample yet" };
  return ({ now, utilizationSeconds }) => {
    begin ??= { at: now, utilizationSeconds };
    const seconds = now - begin.at;
    if (seconds >= cpuWindow) {
      last = { value: ((utilizationSeconds - begin.utilizationSeconds) / seconds) * 100, observedAt: now };
      begin = { at: now, utilizationSeconds };
    }
    return last;
  };
}
