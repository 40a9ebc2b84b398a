import { PodMetricsSource } from "../adapters/podmetrics/podMetricsSource.ts";
import { PodScraper } from "../adapters/podmetrics/podScraper.ts";
import { PrometheusSource } from "../adapters/prometheus/prometheusSource.ts";
import type { KubernetesTarget } from "../adapters/kubernetes/kubernetesCluster.ts";
import { RabbitmqBroker } from "../adapters/rabbitmq/rabbitmqBroker.ts";
import { RedisServer } from "../adapters/redis/redisServer.ts";
import type { MetricConfig } from "../config/metricSchema.ts";
import type { AutoscalerConfig, BrokerConfig, TargetConfig } from "../config/schema.ts";
import type { MetricSources } from "../control/readMetrics.ts";
import type { Clock } from "../ports/clock.ts";
import type { MetricSource } from "../ports/metricSource.ts";
import type { TargetPods } from "../ports/targetPods.ts";
import { readSecret } from "./files.ts";

/** What pods are asked for. */
export type PodMetricsConfig = NonNullable<MetricConfig["podMetrics"]>;

/** Pod address → messages it holds. Rejects when the broker cannot tell, which is not the same as none. */
export type UnacknowledgedByAddress = (signal: AbortSignal) => Promise<ReadonlyMap<string, number>>;

/**
 * Makes the sources of all targets; what several targets read from is connected to once. KEDA polls for each trigger, so
 * a hundred targets ask their broker a hundred times.
 */
export class SourceFactory {
  readonly #config: AutoscalerConfig;
  readonly #clock: Clock;
  readonly #brokers: ReadonlyMap<string, RabbitmqBroker>;
  readonly #redisServers = new Map<string, RedisServer>();
  /** By the pods that are scraped and by what they are asked for. */
  readonly #scrapers = new WeakMap<TargetPods, Map<PodMetricsConfig, PodScraper>>();

  constructor(config: AutoscalerConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#brokers = new Map(Object.entries(config.brokers).map(([name, broker]) => [name, toBroker(broker, clock)]));
  }

  /** One source for each metric of the target. Throws for what the configuration's checks have missed. */
  sourcesOf(target: TargetConfig, kubernetes: KubernetesTarget): MetricSources {
    const entries = Object.entries(target.metrics).map(([name, metric]) => [
      name,
      this.#source(metric, target, kubernetes),
    ]);
    return Object.fromEntries(entries) as MetricSources;
  }

  /** Messages in flight by the address of their consumer, over all the target's queues; undefined where it names none. */
  unacknowledgedByAddress(target: TargetConfig): UnacknowledgedByAddress | undefined {
    const queues = Object.values(target.metrics).flatMap(({ rabbitmq }) =>
      // A pattern may name queues of other consumers, whose pods are none of this target's.
      rabbitmq?.queues === undefined ? [] : [{ ...rabbitmq, queues: rabbitmq.queues.map(({ name }) => name) }],
    );
    if (queues.length === 0) return undefined;
    return async (signal) => {
      const reads = queues.map(({ broker, vhost, queues: names }) =>
        this.#broker(broker).unacknowledgedByAddress({ vhost, queues: names }, signal),
      );
      // One pod may consume from several queues and is idle only where none has messages with it.
      const sums = new Map<string, number>();
      // All or nothing: a part would make busy pods look idle, and they would be the first to go.
      for (const [address, count] of (await Promise.all(reads)).flatMap((read) => [...read]))
        sums.set(address, (sums.get(address) ?? 0) + count);
      return sums;
    };
  }

  /** The same one for whoever asks for the same metric of the same pods: a second one would ask every pod twice. */
  scraper(podMetrics: PodMetricsConfig, pods: TargetPods): PodScraper {
    const ofPods = this.#scrapers.get(pods) ?? new Map<PodMetricsConfig, PodScraper>();
    const { counter, histogram, ...rest } = podMetrics;
    const metric = counter === undefined ? { histogram: histogram ?? "" } : { counter };
    const found = ofPods.get(podMetrics) ?? new PodScraper({ ...rest, metric, pods, clock: this.#clock });
    this.#scrapers.set(pods, ofPods.set(podMetrics, found));
    return found;
  }

  /** Ends all connections, at the end of the process; pods and Prometheus are asked without a lasting one. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#brokers.values(), ...this.#redisServers.values()].map((connected) => connected.close()),
    );
  }

  #source(
    { rabbitmq, prometheus, podMetrics, redis, resource }: MetricConfig,
    target: TargetConfig,
    kubernetes: KubernetesTarget,
  ): MetricSource {
    if (rabbitmq !== undefined) return this.#queue(rabbitmq);
    if (prometheus !== undefined) {
      // There whenever a metric needs it: the configuration's checks have seen to that.
      const url = this.#config.prometheus?.url ?? "";
      return new PrometheusSource({ url, query: prometheus.query, maxAgeSeconds: target.maxMetricAgeSeconds });
    }
    if (podMetrics !== undefined)
      return new PodMetricsSource(this.scraper(podMetrics, kubernetes.pods), target.periodSeconds / 2);
    if (redis !== undefined) return this.#redis(redis.urlFile).lists(redis.lists);
    if (resource !== undefined) return kubernetes.resourceMetric(resource);
    // For the compiler: exactly one source is the schema's condition.
    throw new Error("a metric has no source");
  }

  #queue({ broker, vhost, queues, regex, count }: NonNullable<MetricConfig["rabbitmq"]>): MetricSource {
    return this.#broker(broker).queue({ vhost, count, queues: queues ?? regex ?? "" });
  }

  #broker(name: string): RabbitmqBroker {
    const found = this.#brokers.get(name);
    if (found === undefined) throw new Error(`broker ${name} is not configured`);
    return found;
  }

  // By file rather than by URL: the URL may change with its secret, and is read at each connection.
  #redis(urlFile: string): RedisServer {
    const server =
      this.#redisServers.get(urlFile) ?? new RedisServer({ url: () => readSecret(urlFile), clock: this.#clock });
    this.#redisServers.set(urlFile, server);
    return server;
  }
}

function toBroker({ managementUrl, amqpUrl, usernameFile, passwordFile }: BrokerConfig, clock: Clock): RabbitmqBroker {
  // Read at each use, so that a rotated secret counts without a restart.
  const credentials = async () => ({
    username: await readSecret(usernameFile),
    password: await readSecret(passwordFile),
  });
  return new RabbitmqBroker({ managementUrl, amqpUrl, credentials, clock });
}
