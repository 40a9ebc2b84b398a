import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { say } from "../../progress.ts";
import { Client } from "../client.ts";
import { Ledger } from "../ledger.ts";
import { runLoad, type LoadFacts } from "../load.ts";
import type { RunOptions, WorkOptions } from "../options.ts";
import type { PodAccount } from "../podAccount.ts";
import { replay, type Replay } from "../replay.ts";
import { createReport, type Facts, type Report } from "../report.ts";
import { requestSeconds } from "../requests.ts";
import { everyPeriod, type TierSample } from "../timeline.ts";
import { loadTrace } from "../trace.ts";
import { workload } from "../workload.ts";
import { connectApiServer } from "./apiServer.ts";
import { awaitMinimum } from "./awaitMinimum.ts";
import { AutoscalerService } from "./autoscalerService.ts";
import { readConfiguration, workers, type AutoscalerConfiguration } from "./configuration.ts";
import type { DecisionEntry } from "./decisions.ts";
import { ExecutionWatch } from "./executionWatch.ts";
import { gateway, gatewayAddress, readCacheHitRate } from "./gateway.ts";
import { readHpa, readRescales, type HpaState } from "./horizontalAutoscaler.ts";
import type { Platform } from "./platform.ts";
import { readRedelivered, redeliveredBetween, type Redelivered } from "./redeliveries.ts";
import { hpaScales } from "./rescales.ts";
import { watchTiers, type Tiers } from "./tiers.ts";
import { readWorkers } from "./workers.ts";

/** From the last job to the minimum: the paced windows and steps of both tiers, an HPA sync of 15 s, and some reserve. */
const settleSeconds = 180;

/** What is looked at during the run. */
interface Parts {
  readonly api: Client;
  /** As a user of the platform calls it. */
  readonly client: Client;
  readonly autoscaler: AutoscalerService;
  readonly hpa: HpaState;
  readonly tiers: Tiers;
  readonly ledger: Ledger;
  readonly executions: ExecutionWatch;
  /** By RabbitMQ's own count before the load. */
  readonly redelivered: Redelivered | null;
}

/** Runs the main job on the pods of a cluster and tells what came of it; rejects when the signal aborts. The pods stay. */
export async function runOnPods(
  work: WorkOptions,
  platform: Platform,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<Report> {
  const jobs = workload(await loadTrace(work.trace), work);
  const api = await connectApiServer(platform.kubeconfigFile);
  const configuration = await readConfiguration(api);
  const { minReplicas, maxReplicas, maxWaitSeconds } = configuration;
  const options: RunOptions = { ...work, minReplicas, maxReplicas, maxWaitSeconds };
  const parts = await startParts(api, configuration, platform);
  const { client, ledger, hpa, tiers, executions } = parts;
  // A second of delay in the view costs the gateway at most two requests a second.
  const stopFollowing = everyPeriod(1000, () => executions.follow());
  const sample = (): Promise<TierSample> => takeSample(parts);
  try {
    const stage = { client, ledger, sample, settleSeconds, gatewayBounds: hpa };
    const load = await runLoad(stage, { options, jobs, signal });
    const facts = await gather(parts, load, configuration);
    const replay = await replayed(facts.log, configuration, folder);
    return createReport({ ...load, ...facts, options, ledger, jobs, replay });
  } finally {
    await stopFollowing();
    await tiers.stop();
    for (const one of [client, api]) one.close();
  }
}

async function startParts(api: Client, configuration: AutoscalerConfiguration, platform: Platform): Promise<Parts> {
  say("looking for the autoscaler's leader, the HPA and the pods of both tiers");
  const autoscaler = new AutoscalerService({ api, target: workers, ...configuration });
  await autoscaler.begin();
  const hpa = await readHpa(api);
  if (hpa === undefined) throw new Error("the cluster has no HPA of the gateway");
  await begunAtMinimum(api, { autoscaler, configuration, hpa });
  const address = await gatewayAddress(api, platform);
  const client = new Client({ ...address, userId: randomUUID(), timeoutSeconds: requestSeconds });
  const ledger = new Ledger();
  return {
    ...{ api, client, autoscaler, hpa, ledger },
    executions: new ExecutionWatch(client, ledger),
    redelivered: await readRedelivered(api),
    // The last: what the pods cost is counted from here on.
    tiers: await watchTiers(platform.kubeconfigFile),
  };
}

/** What an earlier load has raised would be there before this one asks for it. */
async function begunAtMinimum(
  api: Client,
  { autoscaler, configuration, hpa }: Pick<Parts, "autoscaler" | "hpa"> & { configuration: AutoscalerConfiguration },
): Promise<void> {
  say("waiting until both tiers are at their minimum");
  const tiers = [
    { ...configuration, name: workers, desiredReplicas: async () => (await autoscaler.status()).desiredReplicas },
    { ...hpa, name: gateway, desiredReplicas: async () => (await readHpa(api))?.desiredReplicas ?? null },
  ];
  for (const name of await awaitMinimum(api, tiers, settleSeconds))
    say(`${name} is still above its minimum: the load begins all the same`);
}

async function takeSample({ api, autoscaler, tiers }: Parts): Promise<TierSample> {
  // At the same moment, so that the lines of the picture fit each other.
  const [status, hpa] = await Promise.all([autoscaler.status(), readHpa(api)]);
  return {
    ...status,
    readyReplicas: tiers.workers.ready(),
    gateway: {
      readyReplicas: tiers.gateway.ready(),
      desiredReplicas: hpa?.desiredReplicas ?? null,
      requestsPerSecond: hpa?.current ?? null,
    },
  };
}

/** Writes configuration and decisions beside the other results, and decides them again. */
async function replayed(
  entries: readonly DecisionEntry[],
  { text }: AutoscalerConfiguration,
  folder: string,
): Promise<Replay> {
  const configFile = join(folder, "autoscaler.yaml");
  const decisionLog = join(folder, "decisions.ndjson");
  writeFileSync(configFile, text);
  writeFileSync(decisionLog, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  if (entries.length === 0) return { same: false, text: "no decision with its state was found" };
  return replay(configFile, decisionLog);
}

type Gathered = Pick<Facts, "repeated" | "requests" | "executions" | "workers" | "gateway" | "left"> & {
  readonly log: readonly DecisionEntry[];
};

/** What the cluster tells of a load that is over. */
async function gather(parts: Parts, load: LoadFacts, { metric }: AutoscalerConfiguration): Promise<Gathered> {
  const { api, hpa, tiers, autoscaler, executions } = parts;
  const { begun, timeline, workflows, requests } = load;
  // At once: the pods cost on while the rest is read.
  const workersCost = costOf(tiers.workers);
  const gatewayCost = costOf(tiers.gateway);
  const { minReplicas, maxReplicas, target } = hpa;
  // Before anything is told of the decisions: what late samples have missed comes with it.
  const log = await autoscaler.log();
  const { ready, unacknowledged } = autoscaler.decisions.queue(metric);
  return {
    log,
    repeated: {
      redelivered: redeliveredBetween(parts.redelivered, await readRedelivered(api)),
      // A row changes its status once, however often its job was worked on.
      doneTwice: null,
    },
    requests: { ...requests, cacheHitRate: await readCacheHitRate(api) },
    executions: await executions.finish(workflows),
    // A worker that was cut off has no pod left to tell it.
    workers: {
      ...{ ...workersCost, cutOff: null, scales: autoscaler.decisions.scales(begun) },
      record: { ...(await readWorkers(api)), readinessSeconds: tiers.workers.readiness() },
    },
    gateway: {
      ...{ ...gatewayCost, minReplicas, maxReplicas, target },
      scales: hpaScales(timeline, await readRescales(api), begun),
    },
    left: ready === null || unacknowledged === null ? null : ready + unacknowledged,
  };
}

function costOf(account: PodAccount): { podSeconds: number; processes: number; crashes: number } {
  const { podSeconds, seen, restarts } = account.figures();
  return { podSeconds, processes: seen, crashes: restarts };
}
