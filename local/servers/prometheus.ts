import { freePort, waitUntil } from "../process.ts";
import { serverFolder } from "./chroot.ts";
import { removeNodes, startNode, type ServerNode } from "./node.ts";

const user = "prometheus";

/** What to scrape, and how often. */
export interface PrometheusOptions {
  /** Items of Prometheus' own `scrape_configs`. */
  scrapeConfigs: readonly object[];
  /** Also how often rules are evaluated; 5 s when absent. Fractions of a second count. */
  scrapeIntervalSeconds?: number;
}

/** A running Prometheus; its samples go when it is stopped. */
export interface PrometheusServer {
  readonly node: ServerNode;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  stop(): Promise<void>;
}

/** A Prometheus that scrapes what it is told, without rules. */
export function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const { scrapeConfigs, scrapeIntervalSeconds = 5 } = options;
  // Prometheus takes whole units alone: 0.5s is refused, 500ms is not.
  const interval = `${Math.round(scrapeIntervalSeconds * 1000)}ms`;
  // Prometheus refuses a timeout that is longer than the interval.
  const global = { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval };
  // YAML contains JSON, so no YAML library is needed.
  return startPrometheusFrom({
    "prometheus.yml": JSON.stringify({ global, scrape_configs: scrapeConfigs }, null, 2),
  });
}

/**
 * A Prometheus that keeps one hour of samples, on files of its own: prometheus.yml and what it names. Rejects with its
 * log when it refuses them.
 */
export async function startPrometheusFrom(files: Readonly<Record<string, string>>): Promise<PrometheusServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const node = await startNode({
    name: "prometheus",
    user,
    folder: await serverFolder("prometheus", user, files),
    command: [
      "prometheus",
      "--config.file=/srv/prometheus.yml",
      "--storage.tsdb.path=/srv/data",
      "--storage.tsdb.retention.time=1h",
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    details: {},
    ready: (process) =>
      waitUntil(async () => (await fetch(`${url}/-/ready`)).ok, {
        what: "Prometheus to be ready",
        processes: [process],
      }),
  });
  return { node, url, stop: () => removeNodes([node]) };
}
