import { randomUUID } from "node:crypto";
import { arch, cpus, release, totalmem } from "node:os";
import { AppsV1Api, VersionApi } from "@kubernetes/client-node";
import { Client } from "../demo/client.ts";
import { connectApiServer } from "../demo/pods/apiServer.ts";
import { gatewayAddress, type GatewayAddressOptions } from "../demo/pods/gateway.ts";
import { say } from "../progress.ts";
import { ApiServer } from "./apiServer.ts";
import { runCheck, type Check, type CheckResult } from "./checks/check.ts";
import { CountWatch } from "./countWatch.ts";
import { Decisions } from "./decisions.ts";
import type { Fault, Scene } from "./fault.ts";
import { measure, type FaultResult, type MeasureOptions } from "./measure.ts";
import { Pods } from "./pods.ts";
import { SteadyLoad, type LoadOptions } from "./steadyLoad.ts";
import { replicasNeeded } from "./wrongScaleDowns.ts";

/** All of a run, as it is written as JSON. */
export interface FaultsReport {
  /** ISO 8601. */
  readonly at: string;
  readonly machine: string;
  readonly kubernetes: string;
  readonly load: LoadOptions;
  readonly faults: readonly FaultResult[];
  readonly checks: readonly CheckResult[];
  /** Faults that this machine cannot make, and why. */
  readonly skipped: readonly string[];
}

export interface RunOptions {
  readonly load: LoadOptions;
  readonly faults: readonly Fault[];
  readonly checks: readonly Check[];
  readonly measured?: MeasureOptions;
}

const target = "workflow-worker";
/** A request that takes longer counts as one without an answer: the gateway gives itself ten seconds. */
const requestSeconds = 15;

export function openScene(kubeconfigFile: string): Scene {
  const api = new ApiServer(kubeconfigFile);
  return { api, apps: api.config.makeApiClient(AppsV1Api), pods: new Pods(api) };
}

/** Makes the checks, then the faults one after the other under one steady load. */
export async function runFaults(platform: GatewayAddressOptions, options: RunOptions): Promise<FaultsReport> {
  const scene = openScene(platform.kubeconfigFile);
  const checks: CheckResult[] = [];
  const faults: FaultResult[] = [];
  const skipped: string[] = [];
  await underLoad(platform, options.load, async (load) => {
    for (const check of options.checks) {
      say(check.name);
      checks.push(await runCheck(scene, check));
    }
    const counts = await CountWatch.start(scene.api, target);
    const decisions = new Decisions(scene.pods, target);
    const workersNeeded = replicasNeeded(options.load, await executionsAtATime(scene));
    try {
      for (const fault of options.faults) {
        const why = fault.impossible?.(scene);
        if (why === undefined)
          faults.push(await measure({ scene, load, decisions, counts, workersNeeded }, fault, options.measured));
        else skipped.push(`${fault.name}: ${why}`);
      }
    } finally {
      counts.stop();
      await decisions.stop();
    }
  });
  const version = await scene.api.config.makeApiClient(VersionApi).getCode();
  return {
    ...{ at: new Date().toISOString(), machine: machine(), kubernetes: version.gitVersion },
    ...{ load: options.load, faults, checks, skipped },
  };
}

async function underLoad(
  platform: GatewayAddressOptions,
  options: LoadOptions,
  work: (load: SteadyLoad) => Promise<void>,
): Promise<void> {
  const api = await connectApiServer(platform.kubeconfigFile);
  const { headers, ...address } = await gatewayAddress(api, platform);
  const client = new Client({
    ...{ ...address, headers: { ...headers, "x-user-id": randomUUID() }, timeoutSeconds: requestSeconds },
  });
  const load = await SteadyLoad.start(client, options);
  try {
    await work(load);
  } finally {
    await load.stop();
    for (const one of [client, api]) one.close();
  }
}

/** What one worker takes of ordinary executions. */
async function executionsAtATime({ pods }: Scene): Promise<number> {
  const [worker] = await pods.list(target);
  const prefetch = worker?.spec?.containers[0]?.env?.find(({ name }) => name === "PREFETCH")?.value;
  if (prefetch === undefined) throw new Error("no worker tells how many executions it takes at a time (PREFETCH)");
  return Number(prefetch);
}

function machine(): string {
  const all = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${all.length} cores of ${all[0]?.model ?? arch()}, ${gibibytes} GiB, Linux ${release()}`;
}
