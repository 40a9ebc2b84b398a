import type { AuditFindings } from "./audit.ts";
import { footprintOf, growths, type Footprint } from "./footprint.ts";
import type { Journal } from "./journal.ts";
import { checkTerms } from "./leadership.ts";
import type { Replica } from "./replica.ts";
import { readServiceLog, type ServiceLog } from "./serviceLog.ts";

export interface FaultRun {
  readonly name: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly lastedSeconds: number;
  /** Seconds from the mending to a sound decision on every target; undefined: not within the time allowed. */
  readonly worksAgainAfter: number | undefined;
}

export interface Report {
  readonly seed: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly targets: number;
  readonly backlogChanges: number;
  readonly decisions: number;
  readonly patches: number;
  readonly scaleWritesInAudit: number;
  readonly leaseHolders: number;
  readonly terms: number;
  readonly notes: Readonly<Record<string, number>>;
  readonly failedTicks: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, { times: number; medianSeconds: number; worstSeconds: number }>>;
  readonly processes: readonly Footprint[];
  readonly replays: Readonly<Record<string, string>>;
  readonly logs: Readonly<Record<string, ServiceLog["messages"]>>;
  readonly violations: readonly string[];
}

export interface Evidence {
  readonly seed: number;
  readonly minutes: number;
  readonly targets: number;
  readonly seconds: number;
  readonly runs: readonly FaultRun[];
  readonly journal: Journal;
  readonly replicas: readonly Replica[];
  readonly audit: AuditFindings;
  readonly changes: number;
}

/** Puts together what was seen; an empty list of violations is a pass. */
export async function createReport(evidence: Evidence): Promise<Report> {
  const { seed, minutes, targets, seconds, runs, journal, replicas, audit, changes } = evidence;
  const lives = replicas.flatMap((replica) => replica.lives);
  const { terms, violations: overlaps } = checkTerms(journal.leaderNotes, lives, journal.patches);
  const replays: Record<string, string> = {};
  for (const replica of replicas) replays[replica.name] = await replica.replay();
  const logs = replicas.map((replica) => [replica.name, readServiceLog(replica.logFile)] as const);
  const violations = [
    ...runs.filter((run) => run.worksAgainAfter === undefined).map(({ name }) => `does not work again after: ${name}`),
    ...audit.violations,
    ...overlaps,
    ...journal.broken.map((text) => `decision log of ${text}`),
    ...Object.entries(replays).flatMap(([name, text]) =>
      / 0 differ from the log/.test(text) ? [] : [`replay of ${name}: ${text}`],
    ),
    ...lives.flatMap(({ replica, pid, endedAt, endedBy }) =>
      endedAt !== undefined && endedBy === undefined ? [`${replica} (${pid}) ended by itself`] : [],
    ),
    ...logs.flatMap(([name, { foreign }]) => foreign.map((line) => `standard error of ${name}: ${line}`)),
    ...lives.flatMap(growths),
  ];
  return {
    ...{ seed, minutes, seconds, targets, backlogChanges: changes, decisions: journal.decisions },
    ...{ patches: journal.patches.length, scaleWritesInAudit: audit.scaleWrites, leaseHolders: audit.holders, terms },
    notes: Object.fromEntries(journal.notes),
    failedTicks: Object.fromEntries(journal.failures),
    faults: byFault(runs),
    processes: lives.map(footprintOf),
    replays,
    logs: Object.fromEntries(logs.map(([name, { messages }]) => [name, messages])),
    violations,
  };
}

function byFault(runs: readonly FaultRun[]): Report["faults"] {
  const groups = Map.groupBy(runs, ({ name }) => name);
  return Object.fromEntries(
    [...groups].map(([name, ofName]) => {
      const seconds = ofName.map(({ worksAgainAfter }) => worksAgainAfter ?? Infinity).sort((a, b) => a - b);
      const round = (value = NaN): number => Math.round(value * 10) / 10;
      const median = round(seconds[Math.floor((seconds.length - 1) / 2)]);
      return [name, { times: ofName.length, medianSeconds: median, worstSeconds: round(seconds.at(-1)) }];
    }),
  );
}
