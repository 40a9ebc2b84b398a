import { isHeldOut } from "../workloads/windows.ts";
import { lateTarget } from "./choose.ts";
import { atLeast, dash, figure, meanOf, yesNo } from "./format.ts";
import type { Outcome } from "./measures.ts";
import type { CellResult } from "./runCell.ts";
import type { Entry } from "./runTable.ts";
import type { Verdict } from "./verdict.ts";

type Rows = string[][];

/** Each target with the name that it has in the tables and lists. */
export const targets: readonly { readonly key: keyof Verdict; readonly name: string; readonly about: string }[] = [
  {
    key: "nearOptimum",
    name: "near the optimum",
    about: "late ≤ 1 % for ≤ 1.10 × optimum, where the wait is ≥ 2 delays",
  },
  {
    key: "withinReach",
    name: "within reach",
    about: "late ≤ 1 % for ≤ 1.30 × optimum, where the wait is 1 to 2 delays",
  },
  {
    key: "notWorseThanStatic",
    name: "static peak",
    about: "late ≤ 1 % and no dearer than the smallest constant count",
  },
  {
    key: "belowBaselines",
    name: "best baseline",
    about: "cheaper than every baseline that is late ≤ 1 %, or no more than ours",
  },
];

/** One row for each cell of a window; a cell that failed or was never finished says so in its row. */
export function cellRows(entries: readonly Entry[]): Rows {
  const head = [
    "delay, wait (s)",
    "optimum",
    "static peak",
    "best baseline",
    "its setting",
    "late %",
    "ours",
    "late %",
  ];
  const rest = ["p99 wait (s)", "× optimum", "≤ static", "< best"];
  return [[...head, ...rest], ...entries.map(cellRow)];
}

function cellRow(entry: Entry): string[] {
  const { readinessSeconds, maxWaitSeconds } = entry.task;
  const name = `${readinessSeconds}, ${maxWaitSeconds}`;
  if (entry.kind !== "done") return [name, ...new Array<string>(10).fill(dash), toldOf(entry)];
  const { optimum, staticPeak, best, ours, verdict } = entry.result;
  return [
    ...[name, meanOf(optimum, 2), meanOf(staticPeak && staticPeak.podHours, 2)],
    ...(best === null ? [dash, dash, dash] : [figure(best.podHours, 2), `${best.name}: ${best.setting}`, late(best)]),
    ...[figure(ours.podHours, 2), late(ours), meanOf(ours.waitP99, 1)],
    ...[ratio(ours, verdict), yesNo(verdict.notWorseThanStatic), yesNo(verdict.belowBaselines)],
  ];
}

const late = ({ lateShare }: Outcome): string => figure(lateShare, 2, 100);

const overOptimumOf = ({ overOptimum, isAtLeast }: Outcome): string => atLeast(isAtLeast, figure(overOptimum, 2));

function ratio(ours: Outcome, { nearOptimum, withinReach }: Verdict): string {
  const met = nearOptimum ?? withinReach;
  return `${overOptimumOf(ours)}${met === null ? "" : met ? " yes" : " no"}`;
}

const toldOf = (entry: Entry): string => (entry.kind === "failed" ? `FAILED: ${entry.error}` : "NOT FINISHED");

/** All measures of all that took part in a cell. */
export function outcomeRows(result: CellResult): Rows {
  const { ours, baselines, staticPeak, ablations } = result;
  const head = [
    "autoscaler",
    "late %",
    "p50 (s)",
    "p99 (s)",
    "pod-hours",
    "× optimum",
    "starts/h",
    "moves/h",
    "redelivered",
  ];
  const rest = ["drain (s)", "θU %", "θO %", "τU %", "τO %", "υ %", "jitter"];
  const named = [
    { name: `ours: ${ours.setting}`, outcome: ours },
    ...ablations.map((outcome) => ({ name: `ours, ${outcome.name}`, outcome })),
    ...[...(staticPeak === null ? [] : [staticPeak]), ...baselines].map((outcome) => ({
      ...{ name: `${outcome.name}: ${outcome.setting}`, outcome },
    })),
  ];
  return [[...head, ...rest], ...named.map(({ name, outcome }) => [name, ...measuresOf(outcome)])];
}

function measuresOf(outcome: Outcome): string[] {
  const { waitP50, waitP99, podHours, startsPerHour, movesPerHour, redelivered } = outcome;
  const { thetaU, thetaO, tauU, tauO, upsilon, jitter } = outcome;
  return [
    ...[late(outcome), meanOf(waitP50, 1), meanOf(waitP99, 1), figure(podHours, 2), overOptimumOf(outcome)],
    ...[meanOf(startsPerHour, 0), meanOf(movesPerHour, 0), meanOf(redelivered, 1), meanOf(outcome.drainSeconds, 0)],
    ...[thetaU, thetaO, tauU, tauO, upsilon].map((value) => meanOf(value, 1)),
    meanOf(jitter, 2),
  ];
}

/** How many cells meet each target, and how many cells are missing from the count. */
export function targetRows(entries: readonly Entry[]): Rows {
  const results = entries.flatMap((entry) => (entry.kind === "done" ? [entry.result] : []));
  return [
    ["target", "met", "missed", "too near to tell", "not asked"],
    ...targets.map(({ key, about }) => {
      const count = (value: Verdict[keyof Verdict]): string =>
        String(results.filter(({ verdict }) => verdict[key] === value).length);
      return [about, count(true), count(false), count("too near"), count(null)];
    }),
  ];
}

/** The entries of windows that were held out. */
export const heldOutOf = (entries: readonly Entry[]): Entry[] => entries.filter(({ task }) => isHeldOut(task.window));

/** Introduces their count: "In wc98-friday and nab-sunday, which …". */
export function heldOutAbout(entries: readonly Entry[]): string {
  const names = [...new Set(heldOutOf(entries).map(({ task }) => task.window))];
  return `In ${names.join(" and ")}, which nobody looked at while the rule and its constants were made:`;
}

/** Every target that is missed, with the figures that miss it. */
export function lossRows(entries: readonly Entry[]): Rows {
  const rows = entries.flatMap((entry) => {
    if (entry.kind !== "done") return [[entry.task.window, delays(entry.task), toldOf(entry), dash, dash]];
    const { result } = entry;
    return targets
      .filter(({ key }) => result.verdict[key] === false)
      .map(({ key, name }) => [result.window, delays(result), name, oursIn(result), against(result, key)]);
  });
  return [["window", "delay, wait (s)", "target missed", "ours", "against"], ...rows];
}

const delays = ({
  readinessSeconds,
  maxWaitSeconds,
}: Pick<CellResult, "readinessSeconds" | "maxWaitSeconds">): string => `${readinessSeconds}, ${maxWaitSeconds}`;

const told = (outcome: Outcome): string => `${meanOf(outcome.podHours, 2)} pod-h, ${late(outcome)} % late`;

const oursIn = ({ ours }: CellResult): string => told(ours);

function against({ ours, best, staticPeak }: CellResult, key: keyof Verdict): string {
  if (key === "notWorseThanStatic") return staticPeak === null ? dash : `${told(staticPeak)} (${staticPeak.setting})`;
  if (key === "belowBaselines") return best === null ? dash : `${told(best)} (${best.name}: ${best.setting})`;
  return `${atLeast(ours.isAtLeast, meanOf(ours.overOptimum, 2))} × optimum`;
}

/** What each part of ours is worth over all cells: the same without it. Only the head where no part was switched off. */
export function ablationRows(entries: readonly Entry[]): Rows {
  const pairs = entries.flatMap((entry) =>
    entry.kind === "done" ? entry.result.ablations.map((without) => ({ without, ours: entry.result.ours })) : [],
  );
  const rows = [...Map.groupBy(pairs, ({ without }) => without.name)].map(([name, ofName]) => {
    const mean = (of: (pair: (typeof ofName)[number]) => number): number =>
      ofName.reduce((sum, pair) => sum + of(pair), 0) / ofName.length;
    const within = (outcome: Outcome): boolean => outcome.lateShare.mean <= lateTarget;
    return [
      ...[name, mean(({ without, ours }) => without.podHours.mean / ours.podHours.mean).toFixed(3)],
      ...[mean(({ ours }) => ours.lateShare.mean * 100).toFixed(2)],
      ...[mean(({ without }) => without.lateShare.mean * 100).toFixed(2)],
      `${ofName.filter(({ ours, without }) => within(ours) && !within(without)).length} of ${ofName.length}`,
    ];
  });
  return [["ours", "× its pod-hours", "late % of ours", "late % of this", "cells that become late"], ...rows];
}

/** Nobody should have to count rows to see that some are not there. */
export function missing(entries: readonly Entry[]): string[] {
  const count = (kind: Entry["kind"]): number => entries.filter((entry) => entry.kind === kind).length;
  const [failed, unfinished] = [count("failed"), count("unfinished")];
  if (failed + unfinished === 0) return [];
  return [
    `Of ${entries.length} cells, ${failed} failed and ${unfinished} ${unfinished === 1 ? "was" : "were"} not finished.`,
  ];
}
