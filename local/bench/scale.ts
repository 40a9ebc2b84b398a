import { setTimeout as delay } from "node:timers/promises";
import { apply } from "../kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../kubernetes/controlPlane.ts";
import { startKwok } from "../kubernetes/kwok.ts";
import { processUsage } from "../processUsage.ts";
import type { Progress } from "../progress.ts";
import { startRabbitmq, type Rabbitmq } from "../servers/rabbitmq.ts";
import { createAuditLog, writesOf, type AuditLog } from "./auditLog.ts";
import { createDeployments, createQueues, nameOf } from "./fleet.ts";
import { round } from "./quantiles.ts";
import { namespace, serviceAccount, startService, type Service } from "./service.ts";
import { readTicks, type Ticks } from "./ticks.ts";

export interface Size {
  readonly targets: number;
  readonly periodSeconds: number;
  /** Of processor time, as a share of one core, and of resident memory. */
  readonly aims?: { readonly cores: number; readonly megabytes: number };
}

export const sizes: readonly Size[] = [
  { targets: 100, periodSeconds: 2 },
  { targets: 1000, periodSeconds: 2, aims: { cores: 0.5, megabytes: 200 } },
  { targets: 10_000, periodSeconds: 15, aims: { cores: 1, megabytes: 500 } },
];

export interface Load extends Size {
  readonly cores: number;
  readonly rssMegabytes: { readonly start: number; readonly end: number; readonly peakSinceStart: number };
  /** Of its start until each target was decided once. */
  readonly startCpuSeconds: number;
  readonly ticks: Ticks;
  readonly writesPerSecond: { readonly leases: number; readonly others: number };
  /** Calls to the API server in the window, by verb and resource. */
  readonly calls: Readonly<Record<string, number>>;
  readonly scrape: { readonly megabytes: number; readonly seconds: number };
  readonly windowSeconds: number;
}

/** Targets whose Deployment has pods; the others say 1 and have none. */
const withPods = 100;
const messagesPerQueue = 5;
/** Full windows of rates and caches, and the heap has found its size. */
const warmUpSeconds = 45;
const windowSeconds = 90;
/** As a Prometheus of kube-prometheus-stack does. */
const scrapeSeconds = 30;

interface Scene {
  readonly controlPlane: ControlPlane;
  readonly broker: Rabbitmq;
  readonly audit: AuditLog;
  readonly program: string;
}

/** The cost of the service for each size in turn, on one broker and one control plane that grow with it. */
export async function measureScale(program: string, wanted: readonly Size[], progress: Progress): Promise<Load[]> {
  progress.step("starting a control plane and a broker");
  const scene = await startScene(program);
  const loads: Load[] = [];
  let present = 0;
  for (const size of wanted) {
    progress.step(`creating ${size.targets - present} queues and Deployments`);
    const range = { from: present, until: size.targets, withPods };
    // One after the other: reading long lists here would let the publisher miss its heartbeats.
    await createQueues(scene.broker, range, messagesPerQueue);
    await createDeployments(scene.controlPlane, range);
    present = size.targets;
    progress.step(
      `${size.targets} targets at ${size.periodSeconds} s: ${warmUpSeconds} s to warm up, ${windowSeconds} s measured`,
    );
    const load = await measure(scene, size);
    progress.step(`${size.targets} targets: ${load.cores} cores, ${load.rssMegabytes.end} MB`);
    loads.push(load);
  }
  await Promise.all([scene.broker.stop(), scene.controlPlane.stop()]);
  return loads;
}

async function startScene(program: string): Promise<Scene> {
  const audit = createAuditLog(namespace, serviceAccount);
  const [controlPlane, broker] = await Promise.all([
    startControlPlane({
      // Thousands of objects do not fit into what is enough for tests.
      memoryFactor: 10,
      apiServerFlags: audit.apiServerFlags,
      // Thousands of new Deployments are its work, which is not what is measured.
      controllerManagerFlags: ["--kube-api-qps=1000", "--kube-api-burst=2000"],
    }),
    startRabbitmq({ config: ["vm_memory_high_watermark.absolute = 3GB"] }),
  ]);
  await startKwok(controlPlane);
  await apply(controlPlane, `{ apiVersion: v1, kind: Namespace, metadata: { name: ${namespace} } }`);
  return { controlPlane, broker, audit, program };
}

async function measure(scene: Scene, size: Size): Promise<Load> {
  const targets = Array.from({ length: size.targets }, (_, index) => target(nameOf(index), size.periodSeconds));
  const service = await startService({ ...scene, targets });
  const startCpuSeconds = processUsage(service.process.pid).cpuSeconds;
  await scrapeFor(service, warmUpSeconds);
  const from = Date.now() / 1000;
  const before = processUsage(service.process.pid);
  const scrape = await scrapeFor(service, windowSeconds);
  const until = Date.now() / 1000;
  const after = processUsage(service.process.pid);
  await service.stop();
  const calls = scene.audit.count(from, until);
  const { leases, others } = writesOf(calls);
  const seconds = until - from;
  return {
    ...size,
    cores: round((after.cpuSeconds - before.cpuSeconds) / seconds),
    rssMegabytes: {
      ...{ start: round(before.rssMegabytes, 0), end: round(after.rssMegabytes, 0) },
      peakSinceStart: round(after.peakMegabytes, 0),
    },
    startCpuSeconds,
    ticks: await readTicks(service.decisionLog, { from, until, periodSeconds: size.periodSeconds }),
    writesPerSecond: { leases: round(leases / seconds), others: round(others / seconds) },
    ...{ calls, scrape, windowSeconds: round(seconds, 1) },
  };
}

/** Scrapes the metrics as a Prometheus would for a time; the largest page and the longest answer. */
async function scrapeFor({ url }: Service, seconds: number): Promise<Load["scrape"]> {
  const scrape = { megabytes: 0, seconds: 0 };
  const end = performance.now() + seconds * 1000;
  for (let next = performance.now() + 5000; next < end; next += scrapeSeconds * 1000) {
    await delay(next - performance.now());
    const begun = performance.now();
    const answer = await fetch(`${url}/metrics`);
    const bytes = (await answer.arrayBuffer()).byteLength;
    scrape.megabytes = Math.max(scrape.megabytes, round(bytes / 1e6, 1));
    scrape.seconds = Math.max(scrape.seconds, round((performance.now() - begun) / 1000));
  }
  await delay(end - performance.now());
  return scrape;
}

/** Two rules that read the queue; what it holds asks for the one replica that there is. */
function target(name: string, periodSeconds: number): object {
  return {
    name,
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name, namespace },
    ...{ minReplicas: 0, maxReplicas: 20, periodSeconds },
    metrics: { queueDepth: { rabbitmq: { broker: "main", queues: [{ name }] } } },
    rules: [
      { name: "backlog", perReplica: { metric: "queueDepth", target: messagesPerQueue } },
      { name: "wait", drain: { metric: "queueDepth", maxWaitSeconds: 30, serviceRatePerReplica: 1 } },
    ],
  };
}
