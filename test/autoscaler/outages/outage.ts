import assert from "node:assert/strict";
import { runCommand } from "../../../local/command.ts";
import { repositoryRoot } from "../../../local/paths.ts";
import { until } from "../../support/until.ts";
import type { Cluster } from "./cluster.ts";
import { CountWatch } from "./countWatch.ts";
import { Scaler, type LogLine, type ScalerOptions } from "./scaler.ts";

/** What an outage works on: a target with 8 replicas and 800 messages, which is what its rule asks for. */
export interface Rig {
  readonly cluster: Cluster;
  /** Of the target, its queue, Lease and ConfigMap. */
  readonly name: string;
  readonly scaler: Scaler;
  /** A second replica of the same autoscaler. */
  readonly second: Scaler | undefined;
  /** Waits for a line of the decision log that was written after the outage began. */
  readonly seen: (what: string, matches: (line: LogLine) => boolean, timeoutSeconds?: number) => Promise<void>;
}

export interface Outage {
  readonly name: string;
  /** For people: what the autoscaler does meanwhile. */
  readonly meanwhile: string;
  /** For people: the words by which the decision log tells. */
  readonly told: string;
  readonly options?: (cluster: Cluster) => Partial<ScalerOptions> | Promise<Partial<ScalerOptions>>;
  readonly twoReplicas?: true;
  /** Counts that somebody else wrote: all others are the autoscaler's doing. */
  readonly foreignCounts?: readonly number[];
  /** Breaks it and resolves when the decision log has told so. */
  readonly breaks: (rig: Rig) => Promise<void>;
  /** Resolves when all is there again. */
  readonly mends: (rig: Rig) => Promise<void>;
  /** Which replica has to work afterwards. */
  readonly successor?: "second";
}

/** A decision on fresh signals that nothing holds. */
const works = ({ decision }: LogLine): boolean =>
  decision !== undefined &&
  decision.holds.length === 0 &&
  Object.values(decision.signals).every(({ kind }) => kind === "fresh");

/** Lines that are ticks: decisions and failures. */
const isTick = ({ decision, failure }: LogLine): boolean => decision !== undefined || failure !== undefined;

/** Runs one outage from a sound beginning to a proof that the target is scaled again. */
export async function runOutage(cluster: Cluster, outage: Outage): Promise<void> {
  const name = outage.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/-$/, "");
  await cluster.fill(name, 800);
  await cluster.deploy(name, 8);
  const options = { name, ...(await outage.options?.(cluster)) };
  const scalers = [await Scaler.start(cluster, options)];
  if (outage.twoReplicas) scalers.push(await Scaler.start(cluster, options));
  const [scaler, second] = scalers as [Scaler, Scaler | undefined];
  const counts = await CountWatch.start(cluster, name);
  try {
    await until("the target is scaled", () => scaler.log().some(works), 30);
    const rig = rigOf({ cluster, name, scaler, second });
    await outage.breaks(rig);
    const successor = outage.successor === "second" && second !== undefined ? second : scaler;
    await outage.mends(rig);
    await assertResumes(successor);
    await assertScales(rig, successor);
    assertNoWrongScaleDown(counts.counts(), outage.foreignCounts ?? []);
    for (const one of scalers) await one.stop();
    for (const one of scalers) await assertReplays(one);
  } finally {
    counts.stop();
    for (const one of scalers) await one.kill();
  }
}

function rigOf(parts: Omit<Rig, "seen">): Rig {
  const begun = new Map([parts.scaler, parts.second].map((scaler) => [scaler, scaler?.log().length ?? 0]));
  return {
    ...parts,
    seen: (what, matches, timeoutSeconds = 20) =>
      until(
        what,
        () => [parts.scaler, parts.second].some((scaler) => scaler?.log().slice(begun.get(scaler)).some(matches)),
        timeoutSeconds,
      ),
  };
}

/** After the return at most two ticks may pass before one works. */
async function assertResumes(scaler: Scaler): Promise<void> {
  const before = scaler.log().length;
  const after = (): LogLine[] => scaler.log().slice(before).filter(isTick);
  await until("a decision is made on fresh signals", () => after().some(works), 30);
  assert.ok(after().findIndex(works) <= 2, `ticks until work resumed: ${after().findIndex(works)}`);
}

async function assertScales({ cluster, name }: Rig, scaler: Scaler): Promise<void> {
  await cluster.fill(name, 1000);
  await until("the count follows the backlog", async () => (await cluster.replicas(name)) === 10, 15);
  await until("the write is told", () =>
    scaler.log().some(({ outcome, decision }) => outcome === "patched" && decision?.desiredReplicas === 10),
  );
}

/** The backlog never asked for fewer than 8. */
function assertNoWrongScaleDown(counts: readonly number[], foreign: readonly number[]): void {
  const wrong = counts.filter((count, index) => count < (counts[index - 1] ?? 0) && !foreign.includes(count));
  assert.deepEqual(wrong, [], `counts: ${counts.join(" → ")}`);
}

async function assertReplays(scaler: Scaler): Promise<void> {
  const config = `${scaler.folder}/config.yaml`;
  const log = `${scaler.folder}/decisions.ndjson`;
  const args = ["autoscaler/src/main.ts", "replay", "--config", config, "--log", log];
  assert.match(await runCommand(process.execPath, args, { cwd: repositoryRoot }), / 0 differ from the log/);
}
