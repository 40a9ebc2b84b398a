import { setTimeout as delay } from "node:timers/promises";
import { say } from "../progress.ts";
import type { Client } from "./client.ts";
import type { Ledger } from "./ledger.ts";
import { createLiveView } from "./liveView.ts";
import type { Bounds, RunOptions } from "./options.ts";
import { createWorkflows, requestAll, type RequestFacts } from "./requests.ts";
import { everyPeriod, isAtMinimum, type Sample, type TierSample } from "./timeline.ts";
import type { Job } from "./workload.ts";

/** What the load is put on, whatever its pods are. */
export interface Stage {
  /** Of the gateway, with the user whose workflows these are. */
  readonly client: Client;
  readonly ledger: Ledger;
  /** Of the gateway's tier where it has pods. */
  readonly gatewayBounds?: Bounds;
  /** Asked twice a second. */
  sample(): Promise<TierSample>;
  /** How long the tiers may take from the last job to their minimum, seconds. */
  readonly settleSeconds: number;
}

export interface LoadOptions {
  readonly options: RunOptions;
  readonly jobs: readonly Job[];
  /** Ends the samples on the screen: nothing is told of a run that was cut short. */
  readonly signal: AbortSignal;
}

/** What a load came to. */
export interface LoadFacts {
  /** Epoch seconds of the first job's time. */
  readonly begun: number;
  readonly timeline: readonly Sample[];
  readonly requests: RequestFacts;
  /** Ids of the workflows that the jobs were executions of. */
  readonly workflows: readonly string[];
}

const samplePeriodMilliseconds = 500;
/** The wait that is shown is that of the jobs begun in so many last seconds. */
const waitWindowSeconds = 3;

/**
 * Asks the gateway for all jobs at their times, waits until they are done and the tiers are back at their minimum, each for a
 * bounded time, and takes samples all the while. Rejects when the signal aborts.
 */
export async function runLoad(stage: Stage, { options, jobs, signal }: LoadOptions): Promise<LoadFacts> {
  const { client, ledger, gatewayBounds } = stage;
  const workflows = await createWorkflows(client);
  say(`asking the gateway for ${jobs.length} jobs in ${options.seconds} s`);
  // Taken here and not before: making workflows takes its time.
  const begun = Date.now() / 1000;
  const timeline: Sample[] = [];
  const view = createLiveView(process.stdout, { jobs: jobs.length, maxReplicas: options.maxReplicas });
  const stopSampling = everyPeriod(samplePeriodMilliseconds, async () => {
    const tiers = await stage.sample();
    timeline.push(takeSample(tiers, ledger, begun));
    if (!signal.aborted) view.show(timeline);
  });
  const requests = await requestAll(client, { jobs, workflows, signal }, ledger);
  // Long enough for a queue that one replica alone would have to empty within its bound several times over.
  await poll(60 + 4 * options.maxWaitSeconds, () => signal.aborted || ledger.missing().length === 0);
  // The way down belongs to the picture.
  await poll(stage.settleSeconds, () => signal.aborted || isSettled(timeline.at(-1), options, gatewayBounds));
  await stopSampling();
  signal.throwIfAborted();
  view.end();
  return { begun, timeline, requests, workflows };
}

function takeSample(tiers: TierSample, ledger: Ledger, begun: number): Sample {
  const now = Date.now() / 1000;
  const recent = ledger.waits().filter(({ startedAt }) => startedAt > now - waitWindowSeconds);
  const { published, done } = ledger.counts();
  return {
    at: now - begun,
    ...{ published, done },
    waitSeconds: recent.length === 0 ? null : Math.max(...recent.map(({ waitSeconds }) => waitSeconds)),
    ...tiers,
  };
}

const isSettled = (sample: Sample | undefined, workers: Bounds, gateway: Bounds | undefined): boolean =>
  isAtMinimum(sample, workers) && (gateway === undefined || isAtMinimum(sample?.gateway, gateway));

/** Waits until the condition holds, at most the given time: the report tells what is missing then. */
export async function poll(timeoutSeconds: number, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (!(await condition()) && Date.now() < deadline) await delay(200);
}
