import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../../demo/seededRandom.ts";
import { say } from "../../progress.ts";
import { checkAudit } from "./audit.ts";
import { Backlogs } from "./backlog.ts";
import { Cluster } from "./cluster.ts";
import { asked } from "./configuration.ts";
import { faults, type Fault } from "./faults.ts";
import { Journal } from "./journal.ts";
import { Replica } from "./replica.ts";
import { createReport, type FaultRun, type Report } from "./report.ts";
import { anyBacklog, Load, rigOf, type Rig, type RigParts } from "./rig.ts";

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly targets: number;
  /** Of configurations and logs. */
  readonly folder: string;
}

/** Faults that end processes come in this share of the time, so that memory can be watched in the rest. */
const processFaultsShare = 0.4;
const quietSeconds = 6;
/** The broker's statistics, a lease and a few periods together take a third of it. */
const worksAgainWithinSeconds = 60;

/** Breaks and mends the surroundings of two autoscalers for a time, and judges what they did. */
export async function soak(options: SoakOptions): Promise<Report> {
  const begun = Date.now() / 1000;
  const random = seededRandom(options.seed);
  const targets = Array.from({ length: options.targets }, (_, index) => `worker-${index}`);
  say("starting RabbitMQ, the control plane and fake nodes");
  const cluster = await Cluster.start();
  const backlogs = new Backlogs(cluster.broker);
  await backlogs.set(new Map(targets.map((name) => [name, anyBacklog(random)])));
  for (const name of targets) await cluster.deploy(name, asked(backlogs.now(name)));
  const replicas = await startPair(cluster, targets, options.folder);
  const journal = new Journal(replicas);
  const parts = { cluster, backlogs, targets, replicas, random };
  const sampling = setInterval(() => {
    for (const replica of replicas) replica.sample();
  }, 2000);
  const load = new Load({ ...parts, random: seededRandom(options.seed + 1) });
  try {
    load.run(1);
    await worksAgain(journal, targets, Date.now() / 1000);
    const runs = await breakAndMend(options, { parts, journal, rig: rigOf(parts, load) });
    await load.stop();
    await Promise.all(replicas.map((replica) => replica.end("SIGTERM")));
    journal.read();
    const audit = checkAudit(
      readFileSync(cluster.auditLog, "utf8"),
      replicas.map(({ name }) => name),
      backlogs,
    );
    const seconds = Math.round(Date.now() / 1000 - begun);
    return await createReport({ ...options, seconds, runs, journal, replicas, audit, changes: load.changes });
  } finally {
    clearInterval(sampling);
    await load.stop().catch(() => undefined);
    await cluster.stop();
  }
}

async function startPair(cluster: Cluster, targets: readonly string[], folder: string): Promise<Replica[]> {
  const replicas: Replica[] = [];
  for (const name of ["autoscaler-a", "autoscaler-b"]) {
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    replicas.push(await Replica.create(cluster, name, targets, own));
  }
  await Promise.all(replicas.map((replica) => replica.launch()));
  return replicas;
}

async function breakAndMend(
  { minutes }: SoakOptions,
  { parts, journal, rig }: { parts: RigParts; journal: Journal; rig: Rig },
): Promise<FaultRun[]> {
  const runs: FaultRun[] = [];
  const begun = Date.now() / 1000;
  const spent = (): number => (Date.now() / 1000 - begun) / (minutes * 60);
  let bag: Fault[] = [];
  while (spent() < 1) {
    // Each once in a random order before any comes again.
    if (bag.length === 0) bag = [...faults];
    const [fault] = bag.splice(Math.floor(parts.random() * bag.length), 1);
    if (fault === undefined || (fault.endsProcess === true && spent() > processFaultsShare)) continue;
    const at = Date.now() / 1000;
    const broken = await fault.run(rig).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (broken !== undefined) say(`${fault.name}: ${broken}`);
    const mendedAt = Date.now() / 1000;
    const worksAgainAfter = broken === undefined ? await worksAgain(journal, parts.targets, mendedAt) : undefined;
    const run = { name: fault.name, at, lastedSeconds: mendedAt - at, worksAgainAfter };
    runs.push(run);
    say(
      `${fault.name}: ${run.lastedSeconds.toFixed(1)} s, works again after ${worksAgainAfter?.toFixed(1) ?? "never"} s`,
    );
    await delay(quietSeconds * 1000 * (0.5 + parts.random()));
  }
  return runs;
}

/** Seconds until each target has been decided on fresh signals with nothing holding it; undefined when that takes too long. */
async function worksAgain(journal: Journal, targets: readonly string[], since: number): Promise<number | undefined> {
  for (;;) {
    journal.read();
    const elapsed = Date.now() / 1000 - since;
    if (journal.idleSince(targets, since).length === 0) return elapsed;
    if (elapsed > worksAgainWithinSeconds) return undefined;
    await delay(200);
  }
}
