import { atLeast, dash, markdownTable } from "../table/format.ts";
import type { Report, Row } from "./report.ts";

/** A report as a page that can be taken to a meeting. */
export function reportMarkdown(report: Report): string {
  return `${[
    `# ${report.title}`,
    setting(report),
    [...report.own.map(sentence), ...constants(report)].join("\n"),
    markdownTable(rows(report)),
    reading,
    ...(report.notes.length === 0
      ? []
      : ["## Simulated otherwise than it runs", report.notes.map((note) => `- ${note}`).join("\n")]),
  ].join("\n\n")}\n`;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const number = (value: number | null, digits: number): string => (value === null ? dash : value.toFixed(digits));

function setting({ jobs, seconds, meanServiceSeconds, load, scenario, seed }: Report): string {
  const { maxWaitSeconds, readinessDelay, slotsPerReplica, initialReplicas } = scenario;
  return [
    `${jobs.toLocaleString("en")} jobs in ${(seconds / 3600).toFixed(2)} h, ${meanServiceSeconds.toFixed(2)} s of work each on average:`,
    `${load.toFixed(1)} replicas' work. A job is late when it begins more than ${maxWaitSeconds} s after its arrival; a replica is`,
    `Ready ${readinessDelay.mean} s after its order on average and does ${slotsPerReplica === 1 ? "one job" : `${slotsPerReplica} jobs`} at a time.`,
    `${initialReplicas} replicas are Ready at the start. Seed ${seed}.`,
  ].join("\n");
}

function sentence({ setting: name, lateShare, podHours, overOptimum, isAtLeast }: Row): string {
  const ratio =
    overOptimum === null
      ? ""
      : `, ${isAtLeast ? "at least " : ""}${overOptimum.toFixed(2)} times the cheapest schedule with as many late jobs`;
  return `**${name}** is late for ${percent(lateShare)} of the jobs and costs ${podHours.toFixed(1)} pod-hours${ratio}.`;
}

function constants({ staticPeak, optimum }: Report): string[] {
  return [
    staticPeak === null
      ? "No constant count within the bounds is late for 1 % or less."
      : `A constant count would have to be ${staticPeak.setting}, for ${staticPeak.podHours.toFixed(1)} pod-hours.`,
    ...(optimum.noneLate === null ? ["Within the bounds no schedule leaves nobody late."] : []),
  ];
}

function rows({ own, staticPeak, standards, optimum }: Report): string[][] {
  const head = [
    "",
    "late",
    "wait p50 (s)",
    "wait p99 (s)",
    "pod-hours",
    "× optimum",
    "most replicas",
    "starts/h",
    "changes/h",
    "redelivered",
  ];
  const schedule = (name: string, late: string, hours: number | null): string[] => [
    ...[name, late, dash, dash, number(hours, 1)],
    ...[hours === null ? dash : "1.00", dash, dash, dash, dash],
  ];
  return [
    head,
    ...own.map((row) => cells(`**${row.setting}**`, row)),
    schedule("cheapest schedule, 1 % late", "1.00 %", optimum.within),
    schedule("cheapest schedule, none late", "0.00 %", optimum.noneLate),
    ...(staticPeak === null ? [] : [cells(`constant: ${staticPeak.setting}`, staticPeak)]),
    ...standards.map((row) => cells(`${row.name}: ${row.setting}`, row)),
  ];
}

function cells(name: string, row: Row): string[] {
  return [
    ...[name, percent(row.lateShare), number(row.waitP50, 1), number(row.waitP99, 1), number(row.podHours, 1)],
    ...[
      atLeast(row.isAtLeast, number(row.overOptimum, 2)),
      String(row.peak),
      number(row.startsPerHour, 1),
      number(row.movesPerHour, 1),
    ],
    String(row.redelivered),
  ];
}

const reading = [
  "Pod-hours count from the order of a replica to its end. The cheapest schedules know all jobs in advance: nobody can be",
  "cheaper, and only as near as the future can be told. The constant count is the smallest that is late for at most 1 %, chosen",
  "with hindsight. `× optimum` compares at the same share of late jobs.",
].join("\n");
