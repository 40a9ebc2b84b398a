import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";
import { say } from "../progress.ts";
import { startRabbitmq, type Rabbitmq } from "../servers/rabbitmq.ts";
import { startAutoscaler, type Autoscaler } from "./autoscaler.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { collectReports } from "./collector.ts";
import { Fleet } from "./fleet.ts";
import { Ledger } from "./ledger.ts";
import { createLiveView } from "./liveView.ts";
import type { DemoOptions } from "./options.ts";
import { watchPods } from "./podWatch.ts";
import { declareQueues, publishAll, queues } from "./publisher.ts";
import { renderAutoscaler } from "./renderedAutoscaler.ts";
import { createReport, type Report } from "./report.ts";
import { everyPeriod, type Sample } from "./timeline.ts";
import { loadTrace } from "./trace.ts";
import { workload } from "./workload.ts";

const samplePeriodMilliseconds = 500;
/** The wait that is shown is that of the jobs begun in so many last seconds. */
const waitWindowSeconds = 3;
/** Time that a worker has for what is in flight: ten mean jobs and a reserve. */
const graceSeconds = 25;

/** What runs during the demo. */
interface Parts {
  readonly broker: Rabbitmq;
  readonly cluster: Cluster;
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
  const { autoscaler, fleet, connection, channel, ledger, stopWatch } = parts;
  say(`publishing ${jobs.length} jobs in ${options.seconds} s`);
  // Taken here and not before: starting the parts takes seconds.
  const begun = Date.now() / 1000;
  const timeline: Sample[] = [];
  const view = createLiveView(process.stdout, { jobs: jobs.length, maxReplicas: options.maxReplicas });
  const stopSampling = everyPeriod(samplePeriodMilliseconds, async () => {
    timeline.push(await takeSample(parts, begun));
    if (!signal.aborted) view.show(timeline);
  });
  const lags = await publishAll(channel, jobs, ledger);
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
  return createReport({
    ...{ options, begun, ledger, lags, timeline, left },
    // Which workers were cut off is known only when all have ended.
    fleet: { ...figures, cutOff: fleet.figures().cutOff },
    scales: autoscaler.scales(),
    replay: await autoscaler.replay(),
  });
}

async function startParts(options: DemoOptions, folder: string): Promise<Parts> {
  const { minReplicas: replicas, readinessDelaySeconds } = options;
  say("starting RabbitMQ, the control plane and fake nodes");
  const rendered = await renderAutoscaler();
  const { account } = rendered;
  const [broker, cluster] = await Promise.all([
    startRabbitmq(),
    startCluster({ replicas, readinessDelaySeconds, account }),
  ]);
  const connection = await connect(broker.amqpUrlWithCredentials);
  // Only a confirmed job can be called lost.
  const channel = await connection.createConfirmChannel();
  await declareQueues(channel);
  const ledger = new Ledger();
  await collectReports(await connection.createChannel(), ledger);
  const fleet = new Fleet({ broker, folder: join(folder, "workers"), graceSeconds });
  // Before the autoscaler: whatever it starts is to meet a fleet that watches.
  const stopWatch = await watchPods(cluster.controlPlane.kubeconfigFile, fleet);
  say(`starting the autoscaler, waiting for ${replicas} Ready pods`);
  const { autoscalerKubeconfig: kubeconfig } = cluster;
  const autoscaler = await startAutoscaler({ demo: options, broker, rendered, kubeconfig, folder });
  await poll(readinessDelaySeconds + 30, async () => {
    // Consumers too: a process that still starts up would make the first jobs late.
    return fleet.ready() >= replicas && (await channel.checkQueue(queues.jobs)).consumerCount >= replicas;
  });
  return { broker, cluster, autoscaler, fleet, connection, channel, ledger, stopWatch };
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
