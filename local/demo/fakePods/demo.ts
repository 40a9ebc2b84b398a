import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { say } from "../../progress.ts";
import { readCacheHitRate } from "../cacheHits.ts";
import { Client } from "../client.ts";
import { Ledger } from "../ledger.ts";
import { poll, runLoad } from "../load.ts";
import type { FakePodsOptions } from "../options.ts";
import { watchPods } from "../podWatch.ts";
import { createReport, type Report } from "../report.ts";
import { countStatuses, requestSeconds } from "../requests.ts";
import type { TierSample } from "../timeline.ts";
import { loadTrace } from "../trace.ts";
import { workload as schedule } from "../workload.ts";
import { startAutoscaler, type Autoscaler } from "./autoscaler.ts";
import { startCluster, workload } from "./cluster.ts";
import { collectReports } from "./collector.ts";
import { startDataLayer } from "./dataLayer.ts";
import { Fleet } from "./fleet.ts";
import { startGateway, type Gateway } from "./gateway.ts";
import { declareQueues, queues } from "./queues.ts";
import { renderAutoscaler } from "./renderedAutoscaler.ts";
import { buildPrograms } from "./programs.ts";

/** Time that a worker has for what is in flight: ten mean jobs and a reserve. */
const graceSeconds = 25;
/** From the last job to the minimum: the window of 20 s, a few halvings, and some reserve. */
const settleSeconds = 75;

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

/** Runs the main job with servers as processes and a process for each fake pod; rejects when the signal aborts. The caller ends the servers. */
export async function runOnFakePods(options: FakePodsOptions, folder: string, signal: AbortSignal): Promise<Report> {
  const jobs = schedule(await loadTrace(options.trace), options);
  const parts = await startParts(options, folder);
  // Before the servers go: a worker that loses its broker would be taken for a crash and started again.
  signal.addEventListener("abort", () => void parts.fleet.close());
  const { autoscaler, gateway, fleet, connection, channel, ledger, stopWatch } = parts;
  const client = new Client({ url: gateway.url, userId: randomUUID(), timeoutSeconds: requestSeconds });
  const sample = (): Promise<TierSample> => takeSample(parts);
  const load = await runLoad({ client, ledger, sample, settleSeconds }, { options, jobs, signal });
  // The first to end is the one who starts things.
  await autoscaler.stop();
  await stopWatch();
  // Before it closes: pods that end now belong to no load.
  const figures = fleet.figures();
  await fleet.close();
  // After the workers: what they had in flight is in the queue again.
  const { messageCount: left } = await channel.checkQueue(queues.jobs);
  await connection.close();
  const executions = await countStatuses(client, load.workflows);
  const cacheHitRate = await readCacheHitRate(gateway.metricsUrl);
  client.close();
  await gateway.process.stop();
  return createReport({
    ...{ ...load, options, ledger, jobs, left, executions },
    requests: { ...load.requests, cacheHitRate },
    // Which workers were cut off is known only when all have ended.
    workers: { ...figures, cutOff: fleet.figures().cutOff, scales: autoscaler.scales() },
    replay: await autoscaler.replay(),
  });
}

async function startParts(options: FakePodsOptions, folder: string): Promise<Parts> {
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
  const stopWatch = await watchPods(cluster.controlPlane.kubeconfigFile, workload, fleet);
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

async function takeSample({ autoscaler, channel, fleet }: Parts): Promise<TierSample> {
  // At the same moment, so that the lines of the picture fit each other.
  const [status, backlog] = await Promise.all([
    autoscaler.status(),
    channel.checkQueue(queues.jobs).then(
      ({ messageCount }) => messageCount,
      // A broker that does not answer: unknown, which is not zero.
      () => null,
    ),
  ]);
  return {
    backlog,
    readyReplicas: fleet.ready(),
    desiredReplicas: status?.desiredReplicas ?? null,
    explanation: status?.explanation ?? null,
  };
}
