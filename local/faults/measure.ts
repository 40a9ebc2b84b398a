import { setTimeout as delay } from "node:timers/promises";
import { say } from "../progress.ts";
import type { CountWatch } from "./countWatch.ts";
import type { Decisions } from "./decisions.ts";
import { settleExecutions, type ExecutionCounts } from "./executionCounts.ts";
import type { Broken, Fault, Scene } from "./fault.ts";
import { acceptedKeys, countRequests, isQuiet, lastFailureAt, type RequestCounts } from "./requestLog.ts";
import { otherRestarts } from "./restarts.ts";
import type { SteadyLoad } from "./steadyLoad.ts";
import { countMissing } from "./workloads.ts";
import { wrongScaleDowns, type WrongScaleDown } from "./wrongScaleDowns.ts";

/** What a fault did to the platform's users. */
export interface FaultResult {
  readonly name: string;
  readonly what: string;
  readonly requests: RequestCounts;
  readonly executions: ExecutionCounts;
  readonly wrongScaleDowns: readonly WrongScaleDown[];
  readonly otherRestarts: readonly string[];
  /** From the fault until all that was broken is back and the last request has failed; null: not in time. */
  readonly recoverySeconds: number | null;
  /** What was missing last, where it did not come back in time. */
  readonly missing?: string;
}

/** What is watched and driven all the time. */
export interface Rig {
  readonly scene: Scene;
  readonly load: SteadyLoad;
  readonly decisions: Decisions;
  readonly counts: CountWatch;
  /** Workers that the load keeps busy. */
  readonly workersNeeded: number;
}

export interface MeasureOptions {
  /** How long the platform may take under load until nothing fails and no pod is missing: the fault comes then. */
  readonly soundSeconds: number;
  /** Without a failed request: over. */
  readonly quietSeconds: number;
  readonly recoverySeconds: number;
  /** For the executions that were accepted. */
  readonly executionSeconds: number;
}

export const usual: MeasureOptions = {
  soundSeconds: 240,
  quietSeconds: 5,
  recoverySeconds: 300,
  executionSeconds: 120,
};

const now = (): number => Date.now() / 1000;

/** Makes one fault under load and tells what came of it; rejects where it cannot even be made. */
export async function measure(rig: Rig, fault: Fault, options: MeasureOptions = usual): Promise<FaultResult> {
  const { scene, load, decisions, counts, workersNeeded } = rig;
  await soundUnderLoad(rig, options);
  const { workflow, operations } = await load.begin();
  const before = await scene.pods.states();
  const begun = now();
  const broken = await fault.breaks(scene);
  say(`${fault.name}: ${broken.what}`);
  const missing = await recovery(broken, options, () => isQuiet(operations, now(), options.quietSeconds));
  // The next workflow takes over: what was asked for until now is complete when it has been answered.
  const backAt = missing.at;
  await load.begin();
  while (operations.some(({ over }) => !over)) await delay(100);
  const accepted = acceptedKeys(operations);
  const executions = await settleExecutions(scene.pods, { workflow, accepted }, options.executionSeconds);
  const after = await scene.pods.states();
  const ended = Math.max(backAt, lastFailureAt(operations) ?? 0);
  return {
    name: fault.name,
    what: broken.what,
    requests: countRequests(operations),
    executions,
    wrongScaleDowns: wrongScaleDowns(counts.since(begun), decisions.since(begun - 10), workersNeeded),
    otherRestarts: otherRestarts(before, after, broken.touched),
    recoverySeconds: missing.what === undefined ? ended - begun : null,
    ...(missing.what !== undefined && { missing: missing.what }),
  };
}

/** Twice as long as it takes to be quiet: what begins to scale out is seen. */
async function soundUnderLoad({ scene, load, counts }: Rig, options: MeasureOptions): Promise<void> {
  const deadline = now() + options.soundSeconds;
  const seconds = 2 * options.quietSeconds;
  const { operations } = await load.begin();
  const begun = now();
  for (;;) {
    await delay(1000);
    const steady = now() > begun + seconds && counts.since(now() - seconds).length === 0;
    if (steady && isQuiet(operations, now(), seconds) && (await allReady(scene))) return;
    if (now() > deadline)
      throw new Error(
        `the platform is not sound within ${options.soundSeconds} s of load: give it less, or more cores`,
      );
  }
}

const deployments = ["api-gateway", "workflow-worker", "autoscaler", "pgbouncer"];

const allReady = async (scene: Scene): Promise<boolean> =>
  (await Promise.all(deployments.map((name) => countMissing(scene, name, [])))).every((lack) => lack === undefined);

/** When all was back, and what was not. */
async function recovery(
  { missing }: Broken,
  { recoverySeconds }: MeasureOptions,
  quiet: () => boolean,
): Promise<{ readonly at: number; readonly what?: string }> {
  const deadline = now() + recoverySeconds;
  let at: number | undefined;
  for (;;) {
    // A server that cannot be asked is not back.
    const what = at === undefined ? await missing().catch(String) : undefined;
    if (what === undefined) at ??= now();
    if (at !== undefined && quiet()) return { at };
    if (now() > deadline) return { at: now(), what: what ?? "requests go on failing" };
    // Each look costs the platform something too.
    await delay(1000);
  }
}
