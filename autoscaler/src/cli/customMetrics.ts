import type { loadKubeConfig } from "../adapters/kubernetes/api/client.ts";
import { MetricsApi } from "../adapters/kubernetes/metricsApi/metricsApi.ts";
import { valueOf, type ServedMetric } from "../adapters/kubernetes/metricsApi/servedMetrics.ts";
import type { PodScraper } from "../adapters/podmetrics/podScraper.ts";
import type { AutoscalerConfig } from "../config/schema.ts";
import { servedMetrics, type ServedMetricConfig } from "../config/servedMetrics.ts";
import { runLoops, type Loop } from "../control/loop.ts";
import { CustomMetricSeries } from "../observe/customMetricSeries.ts";
import type { Logger } from "../observe/logs.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Clock } from "../ports/clock.ts";
import { UsageError } from "./files.ts";
import type { SourceFactory } from "./metricSources.ts";
import type { ConnectedTargets } from "./targets.ts";
import { WarmUp } from "./warmUp.ts";

/** Certificates and authorities are renewed hours before they are needed. */
const refreshSeconds = 10;

/** What serving needs of the process. */
export interface CustomMetricsWiring {
  readonly kubeConfig: ReturnType<typeof loadKubeConfig>;
  readonly sources: SourceFactory;
  readonly targets: ConnectedTargets;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Ends scrapes and renewals, not the answers. */
  readonly signal: AbortSignal;
}

/** A metric that is served, and how it gets its values. */
interface Scraped extends ServedMetric {
  readonly scraper: PodScraper;
  readonly warmUp: WarmUp;
  readonly periodSeconds: number;
}

/** What is served, until it is closed. */
export interface ServedCustomMetrics {
  /** Why the HPA would find no values here; empty: it would. */
  notReady(): readonly string[];
  close(): Promise<void>;
}

/**
 * Serves custom.metrics.k8s.io, on every replica alike. Resolves to what ends it, or to undefined where it is not
 * configured. Rejects with a UsageError when the certificate cannot be used or the address is taken.
 */
export async function serveCustomMetrics(
  config: AutoscalerConfig,
  wiring: CustomMetricsWiring,
): Promise<ServedCustomMetrics | undefined> {
  const { customMetrics } = config;
  if (customMetrics === undefined) return undefined;
  const { kubeConfig, logger, clock, signal } = wiring;
  const metrics = servedMetrics(config).map((metric) => toServed(metric, wiring));
  const names = metrics.map(({ name }) => name);
  const series = new CustomMetricSeries(wiring.metrics.registry, metrics);
  const { host, port, certFile, keyFile } = customMetrics;
  const options = {
    ...{ host, port, certFile, keyFile, metrics, kubeConfig, clock },
    onRequest: (code: number) => {
      series.requested(code);
    },
    onNotice: (detail: string) => {
      logger.warn({ detail }, "custom metrics work with a limitation");
    },
    onError: (error: unknown) => {
      logger.error({ err: error }, "a request for custom metrics failed");
    },
  };
  const api = await MetricsApi.start(options).catch((error: unknown) => {
    throw usageError(error, host, port);
  });
  // Before the first period has passed: until then nobody can be told apart.
  await api.refresh(signal);
  const refresh: Loop = { periodSeconds: refreshSeconds, tick: (ends) => api.refresh(ends) };
  const scrapes = metrics.map((metric) => scrapeLoop(metric, series, clock));
  const loops = runLoops([refresh, ...scrapes], clock, signal);
  logger.info({ host, port: api.port, metrics: names }, "custom metrics are served");
  return {
    notReady: () => [
      ...(api.isReady ? [] : ["custom metrics: the API server's authorities have not been read yet"]),
      ...metrics
        .filter(({ warmUp }) => !warmUp.isDone)
        .map(({ namespace, name }) => `custom metric ${namespace}/${name}: not scraped twice yet`),
    ],
    async close() {
      await Promise.all([loops, api.close()]);
    },
  };
}

function toServed(metric: ServedMetricConfig, { targets, sources }: CustomMetricsWiring): Scraped {
  const { name, namespace, podMetrics, periodSeconds, maxAgeSeconds } = metric;
  const pods =
    "target" in metric.pods
      ? targets.podsOf(metric.pods.target)
      : targets.cluster.pods(namespace, metric.pods.matchLabels);
  const scraper = sources.scraper(podMetrics, pods);
  return { name, namespace, pods, rates: scraper, scraper, warmUp: new WarmUp(), periodSeconds, maxAgeSeconds };
}

function scrapeLoop(metric: Scraped, series: CustomMetricSeries, clock: Clock): Loop {
  const { scraper, warmUp, periodSeconds, pods } = metric;
  const tick = async (signal: AbortSignal): Promise<boolean> => {
    // What the target's own tick has just found is found.
    const scraped = await scraper.scrape(signal, periodSeconds / 2);
    warmUp.scraped(scraped !== undefined);
    const results = scraped?.results ?? [];
    const measured = results.filter((result) => typeof result === "number").length;
    const now = clock.now();
    const ages = pods.list()?.flatMap((pod) => valueOf(pod, metric, now).map(({ rate }) => now - rate.observedAt));
    series.scraped(metric, { measured, missing: results.length - measured, ages });
    return scraped !== undefined;
  };
  return { periodSeconds, tick };
}

function usageError(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new UsageError(
    code === undefined ? error.message : `customMetrics: cannot listen on ${host}:${port}: ${code}`,
  );
}
