import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Counter, Histogram, Registry, type OpenMetricsContentType, type PrometheusContentType } from "prom-client";
import { PodMetricsSource } from "../../../../autoscaler/src/adapters/podmetrics/podMetricsSource.ts";
import {
  PodScraper,
  type PodMetric,
  type PodScraperOptions,
} from "../../../../autoscaler/src/adapters/podmetrics/podScraper.ts";
import type { Measurement, Reading } from "../../../../autoscaler/src/core/model.ts";
import type { Pod } from "../../../../autoscaler/src/ports/targetPods.ts";

interface FakePod {
  pod: Pod;
  requests: Counter<"method">;
  durations: Histogram<"method">;
  /** Starts the process anew: all counters begin at zero. */
  restart(): void;
  close(): Promise<void>;
}

/** A real prom-client page on its own loopback address. */
async function startPod(address: string, port: number, openMetrics = false): Promise<FakePod> {
  let registry: Registry<PrometheusContentType | OpenMetricsContentType>;
  const fill = (): Pick<FakePod, "requests" | "durations"> => {
    registry = new Registry();
    if (openMetrics) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const shared = { help: "help", labelNames: ["method"] as const, registers: [registry] };
    return {
      requests: new Counter({ ...shared, name: "http_requests_total" }),
      durations: new Histogram({ ...shared, name: "http_duration_seconds" }),
    };
  };
  const server: Server = createServer((_, response) => {
    void registry.metrics().then((page) => response.end(page));
  });
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  const name = `worker-${address}`;
  const pod: Pod = { name, address, phase: "Running", ready: true, terminating: false };
  const fake: FakePod = {
    pod,
    ...fill(),
    restart: () => Object.assign(fake, fill()),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

describe("podmetrics adapter on real metrics pages", function () {
  this.timeout(20_000);
  let port = 0;
  let now = 0;
  let list: Pod[] | undefined;
  const clock = { now: () => now, sleep: () => Promise.resolve(), random: () => 0 };
  const started: FakePod[] = [];

  const start = async (address: string, openMetrics?: boolean): Promise<FakePod> => {
    const pod = await startPod(address, port, openMetrics);
    started.push(pod);
    return pod;
  };
  const scraperOf = (metric: PodMetric, changes: Partial<PodScraperOptions> = {}): PodScraper =>
    new PodScraper({
      port,
      path: "/metrics",
      metric,
      windowSeconds: 15,
      // Long, for a busy machine: only one test is about a pod that does not answer.
      timeoutSeconds: 8,
      pods: { list: () => list },
      clock,
      ...changes,
    });
  const sourceOf = (metric: PodMetric, changes?: Partial<PodScraperOptions>): PodMetricsSource =>
    new PodMetricsSource(scraperOf(metric, changes));
  const read = (source: PodMetricsSource): Promise<Reading> => source.read(AbortSignal.timeout(10_000));
  const measure = async (source: PodMetricsSource): Promise<Measurement> => {
    const reading = await read(source);
    if ("error" in reading) assert.fail(reading.error);
    return reading;
  };
  const errorOf = async (source: PodMetricsSource): Promise<string> => {
    const reading = await read(source);
    if (!("error" in reading)) assert.fail(`read ${reading.value}`);
    return reading.error;
  };

  before(async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
    ({ port } = probe.address() as AddressInfo);
    await new Promise((resolve) => probe.close(resolve));
  });

  beforeEach(() => {
    now = 1000;
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((pod) => pod.close()));
  });

  it("averages the rate over pods and sums over labels", async () => {
    const a = await start("127.0.0.2");
    const b = await start("127.0.0.3");
    list = [a.pod, b.pod];
    const source = sourceOf({ counter: "http_requests_total" });
    assert.match(await errorOf(source), /no pod measured, first cause: pod worker-127\.0\.0\.2: first sample/);
    now += 10;
    a.requests.inc({ method: "GET" }, 100);
    a.requests.inc({ method: "POST" }, 20);
    b.requests.inc({ method: "GET" }, 40);
    assert.deepEqual(await measure(source), {
      value: 8,
      observedAt: 1010,
      pods: { measured: 2, unready: 0, missing: 0 },
    });
  });

  for (const openMetrics of [false, true]) {
    it(`counts a labelled histogram's observations, ${openMetrics ? "OpenMetrics" : "text format"}`, async () => {
      const a = await start("127.0.0.2", openMetrics);
      list = [a.pod];
      const source = sourceOf({ histogram: "http_duration_seconds" });
      await read(source);
      now += 5;
      a.durations.observe({ method: 'a"}\\' }, 1);
      for (let i = 0; i < 9; i += 1) a.durations.observe({ method: "GET" }, 0.1);
      assert.equal((await measure(source)).value, 2);
    });
  }

  it("looks back over the window only", async () => {
    const a = await start("127.0.0.2");
    list = [a.pod];
    const source = sourceOf({ counter: "http_requests_total" });
    await read(source);
    for (let i = 0; i < 5; i += 1) {
      now += 5;
      a.requests.inc({ method: "GET" }, i < 2 ? 1000 : 15);
      await read(source);
    }
    assert.equal((await measure(source)).value, 3);
  });

  it("survives a counter that starts again", async () => {
    const a = await start("127.0.0.2");
    list = [a.pod];
    a.requests.inc({ method: "GET" }, 1000);
    const source = sourceOf({ counter: "http_requests_total" });
    await read(source);
    now += 5;
    a.requests.inc({ method: "GET" }, 50);
    await read(source);
    a.restart();
    a.requests.inc({ method: "GET" }, 30);
    now += 5;
    assert.equal((await measure(source)).value, 8);
  });

  it("counts pods that come, go, are not ready or do not answer", async () => {
    const a = await start("127.0.0.2");
    const b = await start("127.0.0.3");
    list = [a.pod, b.pod];
    const source = sourceOf({ counter: "http_requests_total" });
    await read(source);
    now += 5;
    a.requests.inc({ method: "GET" }, 50);
    const c = await start("127.0.0.4");
    list = [
      a.pod,
      b.pod,
      c.pod,
      { ...b.pod, name: "starting", ready: false },
      { ...b.pod, name: "ending", terminating: true },
      { ...b.pod, name: "evicted", phase: "Failed", ready: false },
    ];
    const joined = await measure(source);
    assert.equal(joined.value, 5);
    assert.deepEqual(joined.pods, { measured: 2, unready: 1, missing: 1 });
    assert.equal(joined.partial, undefined);
    now += 5;
    await b.close();
    await c.close();
    const lost = await measure(source);
    assert.equal(lost.value, 5);
    assert.deepEqual(lost.pods, { measured: 1, unready: 1, missing: 2 });
    assert.equal(lost.partial, "only 1 of 3 pods measured");
    list = [a.pod];
    now += 5;
    assert.deepEqual((await measure(source)).pods, { measured: 1, unready: 0, missing: 0 });
  });

  it("remembers each pod's own rate, with its time and window, for whoever asks without measuring", async () => {
    const a = await start("127.0.0.2");
    const b = await start("127.0.0.3");
    list = [a.pod];
    const scraper = scraperOf({ counter: "http_requests_total" });
    await scraper.scrape(AbortSignal.timeout(10_000));
    assert.equal(scraper.rateOf(a.pod), undefined);
    now += 5;
    a.requests.inc({ method: "GET" }, 50);
    list = [a.pod, b.pod];
    await scraper.scrape(AbortSignal.timeout(10_000));
    now += 100;
    assert.deepEqual(scraper.rateOf(a.pod), { perSecond: 10, observedAt: 1005, windowSeconds: 5 });
    assert.equal(scraper.rateOf(b.pod), undefined);
    list = [b.pod];
    await scraper.scrape(AbortSignal.timeout(10_000));
    assert.equal(scraper.rateOf(a.pod), undefined);
  });

  it("asks each pod once for all who scrape at the same time", async () => {
    const a = await start("127.0.0.2");
    list = [a.pod];
    const scraper = scraperOf({ counter: "http_requests_total" });
    const [first, second] = [1, 2].map(() => scraper.scrape(AbortSignal.timeout(10_000)));
    assert.equal(first, second);
    await first;
    assert.notEqual(scraper.scrape(AbortSignal.timeout(10_000)), first);
  });

  it("asks nobody again while a round is young enough, unless it was ended early", async () => {
    const a = await start("127.0.0.2");
    list = [a.pod];
    const scraper = scraperOf({ counter: "http_requests_total" });
    const first = await scraper.scrape(AbortSignal.timeout(10_000), 2);
    now += 1.9;
    assert.equal(await scraper.scrape(AbortSignal.timeout(10_000), 2), first);
    now += 0.1;
    const second = await scraper.scrape(AbortSignal.timeout(10_000), 2);
    assert.deepEqual([second?.observedAt, second?.results], [1002, [0]]);
    now += 2;
    const ended = await scraper.scrape(AbortSignal.abort(), 2);
    assert.match(String(ended?.results[0]), /ended early/);
    assert.deepEqual((await scraper.scrape(AbortSignal.timeout(10_000), 2))?.results, [0]);
  });

  it("does not take a pod that came back under its name with another address for the same", async () => {
    const a = await start("127.0.0.2");
    const b = await start("127.0.0.3");
    list = [a.pod];
    const source = sourceOf({ counter: "http_requests_total" });
    await read(source);
    now += 5;
    b.requests.inc({ method: "GET" }, 5000);
    list = [{ ...b.pod, name: a.pod.name }];
    assert.match(await errorOf(source), /first sample/);
  });

  it("gives up on a pod that does not answer in time, without holding the others", async () => {
    const a = await start("127.0.0.2");
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(port, "127.0.0.3", resolve));
    list = [a.pod, { ...a.pod, name: "silent", address: "127.0.0.3" }];
    const source = sourceOf({ counter: "http_requests_total" }, { timeoutSeconds: 2 });
    await read(source);
    now += 5;
    const reading = await measure(source);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    assert.deepEqual(reading.pods, { measured: 1, unready: 0, missing: 1 });
  });

  const failures = [
    { name: "pods unknown", pods: undefined, metric: "http_requests_total", error: /pods are not known/ },
    { name: "no pod", pods: 0, metric: "http_requests_total", error: /no Ready pod/ },
    { name: "no such metric", pods: 1, metric: "http_requests", error: /the page has no http_requests$/ },
  ];
  for (const { name, pods, metric, error } of failures) {
    it(`says why it cannot read: ${name}`, async () => {
      const a = await start("127.0.0.2");
      a.requests.inc();
      list = pods === undefined ? undefined : [a.pod].slice(0, pods);
      assert.match(await errorOf(sourceOf({ counter: metric })), error);
    });
  }
});
