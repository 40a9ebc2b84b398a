import type { Reading } from "../../core/model.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import { parseAnswer, type Sample } from "./answer.ts";

/** One query on one server of Prometheus' HTTP API. */
export interface PrometheusOptions {
  /** Base URL, a path prefix included. Credentials in it are not used. */
  readonly url: string;
  /** PromQL; repeated in errors, so it is no place for secrets. */
  readonly query: string;
  /** A sample older than this does not count (the metric's maxMetricAgeSeconds). */
  readonly maxAgeSeconds: number;
  /** For the server's evaluation and for the whole request; 3 by default. */
  readonly timeoutSeconds?: number;
}

/** The value of an instant query that gives one number: a scalar, or a vector of exactly one series. */
export class PrometheusSource implements MetricSource {
  readonly #options: PrometheusOptions;
  readonly #endpoint: URL;
  /** Host and path, for errors. */
  readonly #name: string;

  /** Throws when the URL is none. */
  constructor(options: PrometheusOptions) {
    const url = URL.parse(options.url);
    if (!url?.protocol.startsWith("http")) throw new Error("url of Prometheus must be a URL of http: or https:");
    url.username = "";
    url.password = "";
    this.#options = options;
    this.#endpoint = new URL("api/v1/query", url.href.endsWith("/") ? url : `${url.href}/`);
    this.#name = `Prometheus ${url.host}${url.pathname.replace(/\/$/, "")}`;
  }

  /** Fails also when there is no series or more than one: which of them is meant is not for us to guess. */
  async read(signal: AbortSignal): Promise<Reading> {
    const { query, timeoutSeconds = 3 } = this.#options;
    try {
      const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
      const { sample, warnings } = parseAnswer(await this.#ask(AbortSignal.any([signal, timeout])));
      return toReading(sample, warnings);
    } catch (error) {
      return { error: `${this.#name}: ${describe(error)}: ${query}` };
    }
  }

  async #ask(signal: AbortSignal): Promise<unknown> {
    const { query, maxAgeSeconds, timeoutSeconds = 3 } = this.#options;
    // Prometheus stamps a result with the time of the query and looks back 5 min for samples: an exporter that died
    // without a staleness mark would look alive for so long. The look-back is therefore the age that is allowed.
    const body = new URLSearchParams({
      query,
      lookback_delta: `${Math.ceil(maxAgeSeconds * 1000)}ms`,
      timeout: `${timeoutSeconds}s`,
    });
    // POST, since a query may be longer than a URL may be; a redirect would repeat it as a GET without its body.
    const response = await fetch(this.#endpoint, { method: "POST", body, signal, redirect: "error" });
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    // A refused query is answered with 4xx and a JSON body that says why.
    if (isJson) return response.json();
    await response.body?.cancel();
    throw new Error(`HTTP ${response.status}, not an answer of Prometheus`);
  }
}

function toReading(sample: Sample, warnings: readonly string[]): Reading {
  const measurement = { value: sample.value, observedAt: sample.time };
  // A warning tells that a part of the storage did not answer, so that the number may be too low.
  return warnings.length === 0 ? measurement : { ...measurement, partial: warnings.join("; ") };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  if (error.name === "AbortError") return "the read was ended early";
  // fetch says only "fetch failed"; what happened is in its cause.
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
}
