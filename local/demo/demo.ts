import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { say } from "../progress.ts";
import { startAutoscaler, type Autoscaler } from "./autoscaler.ts";
import { readCacheHitRate } from "./cacheHits.ts";
import { Client } from "./client.ts";
import { startCluster } from "./cluster.ts";
import { collectReports } from "./collector.ts";
import { startDataLayer } from "./dataLayer.ts";
import { Fleet } from "./fleet.ts";
import { startGateway, type Gateway } from "./gateway.ts";
import { Ledger } from "./ledger.ts";
import { createLiveView } from "./liveView.ts";
import type { DemoOptions } from "./options.ts";
import { watchPods } from "./podWatch.ts";
import { declareQueues, queues } from "./queues.ts";
import { renderAutoscaler } from "./renderedAutoscaler.ts";
import { buildPrograms } from "./programs.ts";
import { createReport, type Report } from "./report.ts";
import { countStatuses, createWorkflows, requestAll } from "./requests.ts";
import { everyPeriod, type Sample } from "./timeline.ts";
import { loadTrace } from "./trace.ts";
import { workload } from "./workload.ts";

const samplePeriodMilliseconds = 500;
/** The wait that is shown is that of the jobs begun in so many last seconds. */
const waitWindowSeconds = 3;
/** Time that a worker has for what is in flight: ten mean jobs and a reserve. */
const graceSeconds = 25;
/** Longer than the gateway gives itself for an answer: then it is the one who tells. */
const requestSeconds = 30;

/** What runs during the demo. */
interface Parts {
  readonly gateway: Gateway;
  readonly autoscaler: Autoscaler;
  readonly fleet: Fleet;
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
  readonly ledger: Ledger;
  readonly stopWatch: () => Promise<void>;
}

/** Runs the main job on real parts and tells what came of it; rejects when the signal aborts. The caller ends the servers. */
export async function runDemo(options: DemoOptions, folder: string, signal: AbortSignal): Promise<Report> {
  mkdirSync(folder, { recursive: true });
  const jobs = workload(await loadTrace(options.trace), options);
  const parts = await startParts(options, folder);
  // Before the servers go: a worker that loses its broker would be taken for a crash and started again.
  signal.addEventListener("abort", () => void parts.fleet.close());
  const { autoscaler, gateway, fleet, connection, channel, ledger, stopWatch } = parts;
  const client = new Client({ url: gateway.url, userId: randomUUID(), timeoutSeconds: requestSeconds });
  const workflows = await createWorkflows(client);
  say(`asking the gateway for ${jobs.length} jobs in ${options.seconds} s`);
  // Taken here and not before: starting the parts takes seconds.
  const begun = Date.now() / 1000;
  const timeline: Sample[] = [];
  const view = createLiveView(process.stdout, { jobs: jobs.length, maxReplicas: options.maxReplicas });
  const stopSampling = everyPeriod(samplePeriodMilliseconds, async () => {
    timeline.push(await takeSample(parts, begun));
    if (!signal.aborted) view.show(timeline);
  });
  const requests = await requestAll(client, { jobs, workflows }, ledger);
  await allDone(options, ledger);
  await settled(options, timeline);
  // Nothing is told of a run that was cut short.
  signal.throwIfAborted();
  await stopSampling();
  view.end();
  // The first to end is the one who starts things.
  await autoscaler.stop();
  await stopWatch();
  // Before it closes: pods that end now belong to no load.
  const figures = fleet.figures();
  await fleet.close();
  // After the workers: what they had in flight is in the queue again.
  const { messageCount: left } = await channel.checkQueue(queues.jobs);
  await connection.close();
  const executions = await countStatuses(client, workflows);
  const cacheHitRate = await readCacheHitRate(gateway.metricsUrl);
  client.close();
  await gateway.process.stop();
  return createReport({
    ...{ options, begun, ledger, timeline, left, executions },
    requests: { ...requests, cacheHitRate },
    // Which workers were cut off is known only when all have ended.
    fleet: { ...figures, cutOff: fleet.figures().cutOff },
    scales: autoscaler.scales(),
    replay: await autoscaler.replay(),
  });
}

async function startParts(options: DemoOptions, folder: string): Promise<Parts> {
  const { minReplicas: replicas, readinessDelaySeconds } = options;
  say("starting PostgreSQL, PgBouncer, Redis, RabbitMQ, the control plane and fake nodes");
  const rendered = await renderAutoscaler();
  const { account } = rendered;
  const [{ broker, environment }, programs, cluster] = await Promise.all([
    startDataLayer(),
    buildPrograms(),
    startCluster({ replicas, readinessDelaySeconds, account }),
  ]);
  const { connection, channel } = await declareQueues(broker.amqpUrlWithCredentials);
  const ledger = new Ledger();
  await collectReports(await connection.createChannel(), ledger);
  const fleet = new Fleet({ program: programs.worker, environment, folder: join(folder, "workers"), graceSeconds });
  // Before the autoscaler: whatever it starts is to meet a fleet that watches.
  const stopWatch = await watchPods(cluster.controlPlane.kubeconfigFile, fleet);
  say(`starting the gateway and the autoscaler, waiting for ${replicas} Ready pods`);
  const { autoscalerKubeconfig: kubeconfig } = cluster;
  const [gateway, autoscaler] = await Promise.all([
    startGateway({ program: programs.gateway, environment, folder }),
    startAutoscaler({ demo: options, broker, rendered, kubeconfig, folder }),
  ]);
  await poll(readinessDelaySeconds + 30, async () => {
    // Consumers too: a process that still starts up would make the first jobs late.
    return fleet.ready() >= replicas && (await channel.checkQueue(queues.jobs)).consumerCount >= replicas;
  });
  return { gateway, autoscaler, fleet, connection, channel, ledger, stopWatch };
}

async function takeSample({ autoscaler, channel, fleet, ledger }: Parts, begun: number): Promise<Sample> {
  // At the same moment, so that the lines of the picture fit each other.
  const [status, backlog] = await Promise.all([
    autoscaler.status(),
    channel.checkQueue(queues.jobs).then(
      ({ messageCount }) => messageCount,
      // A broker that does not answer: unknown, which is not zero.
      () => null,
    ),
  ]);
  const now = Date.now() / 1000;
  const recent = ledger.waits().filter(({ startedAt }) => startedAt > now - waitWindowSeconds);
  const { published, done } = ledger.counts();
  return {
    at: now - begun,
    ...{ published, done, backlog },
    readyReplicas: fleet.ready(),
    desiredReplicas: status?.desiredReplicas ?? null,
    waitSeconds: recent.length === 0 ? null : Math.max(...recent.map(({ waitSeconds }) => waitSeconds)),
    explanation: status?.explanation ?? null,
  };
}

// Long enough for a queue that one replica alone would have to empty within its bound several times over.
async function allDone(options: DemoOptions, ledger: Ledger): Promise<void> {
  await poll(60 + 4 * options.maxWaitSeconds, () => ledger.missing() === 0);
}

// The way down belongs to the picture: the window of 20 s, a few halvings, and some reserve.
async function settled({ minReplicas }: DemoOptions, timeline: readonly Sample[]): Promise<void> {
  await poll(75, () => {
    const last = timeline.at(-1);
    return last?.desiredReplicas === minReplicas && last.readyReplicas === minReplicas;
  });
}

/** Waits until the condition holds, at most the given time: the report tells what is missing then. */
async function poll(timeoutSeconds: number, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (!(await condition()) && Date.now() < deadline) await delay(200);
}

/** Writes the report as JSON beside the other results. */
export function writeReport(report: Report, folder: string): void {
  writeFileSync(join(folder, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
}
