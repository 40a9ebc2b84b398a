import type { Report } from "./report.ts";
import type { StatusCounts } from "./requests.ts";

const dash = "–";

// Two digits for short times, where they tell something.
const seconds = (value: number | null): string => (value === null ? dash : `${value.toFixed(value < 10 ? 2 : 1)} s`);

const milliseconds = (value: number | null): string => (value === null ? dash : `${Math.round(value * 1000)} ms`);

const cacheShare = (rate: number | null): string =>
  rate === null ? "cache hits unknown" : `${(rate * 100).toFixed(1)} % of the cached reads were hits`;

const executionCounts = (executions: StatusCounts): string =>
  Object.entries(executions)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count.toLocaleString("en")} ${status}`)
    .join(", ") || "no executions";

/** "1 job", "2 jobs". */
export function plural(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : `${noun}s`}`;
}

/** The report as text, at most `width` columns wide. */
export function summary(report: Report, width: number): string {
  const rows = [
    ...jobRows(report),
    ...requestRows(report),
    ...tierRows(report),
    ["replay", report.replay.text] as const,
  ];
  const label = Math.max(...rows.map(([name]) => name.length));
  const { scales, gateway } = report;
  return [
    ...rows.map(([name, value]) => `${name.padEnd(label)}  ${value}`),
    ...["", ...scaleLines("workers", scales, width)],
    ...(gateway === undefined ? [] : ["", ...scaleLines("gateway", gateway.scales, width)]),
  ].join("\n");
}

type Row = readonly [name: string, value: string];

function jobRows(report: Report): readonly Row[] {
  const { jobs, wait, options, executions } = report;
  const share = wait.lateShare === null ? dash : `${(wait.lateShare * 100).toFixed(2)} %`;
  return [
    ["jobs accepted", `${jobs.published.toLocaleString("en")} in ${options.seconds} s (trace ${options.trace})`],
    ["jobs done", jobs.done.toLocaleString("en")],
    ["jobs lost", jobs.lost === null ? `unknown, ${jobs.missing} are lost or not finished` : String(jobs.lost)],
    // Troubles have a row only when there are any.
    ...((jobs.unfinished ?? 0) > 0 ? [["jobs not finished", String(jobs.unfinished)] as const] : []),
    ...(jobs.refused > 0 ? [["jobs not accepted", String(jobs.refused)] as const] : []),
    ["jobs redelivered", repeated(jobs)],
    ["database", executions === null ? "unknown" : executionCounts(executions)],
    ["late", `${share} (${plural(wait.late, "job")} waited more than ${wait.maxWaitSeconds} s)`],
    ["wait", `p50 ${seconds(wait.p50)}, p99 ${seconds(wait.p99)}, longest ${seconds(wait.max)}`],
  ];
}

const count = (value: number | null): string => (value === null ? "unknown" : value.toLocaleString("en"));

function repeated({ redelivered, doneTwice }: Report["jobs"]): string {
  if (doneTwice === 0) return count(redelivered);
  return `${count(redelivered)}, ${doneTwice === null ? "whether done twice is unknown" : `${doneTwice} done twice`}`;
}

function requestRows({ requests, requestLagSeconds: lag }: Report): readonly Row[] {
  const { p50, p99, max } = requests;
  return [
    [
      "requests",
      `${requests.count.toLocaleString("en")}, ${requests.failed} failed, ${cacheShare(requests.cacheHitRate)}`,
    ],
    ["answers", `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}, longest ${milliseconds(max)}`],
    ["load", `p99 ${seconds(lag.p99)} behind the trace, at most ${seconds(lag.max)}`],
  ];
}

function tierRows({ pods, gateway }: Report): readonly Row[] {
  return [
    ["workers", tier(pods, pods.cutOff)],
    ...(gateway === undefined ? [] : [["gateway", tier(gateway, 0)] as const]),
  ];
}

function tier(
  { podSeconds, maxReady, processes, crashes, atMinimum }: Report["pods"] | Tier,
  cutOff: number | null,
): string {
  return [
    `${Math.round(podSeconds).toLocaleString("en")} pod-seconds`,
    `at most ${plural(maxReady, "Ready pod")}`,
    `${processes} in all`,
    ...(crashes > 0 ? [`${crashes} crashed`] : []),
    ...(cutOff === 0 ? [] : [`${cutOff ?? "unknown how many"} cut off`]),
    ...(atMinimum ? [] : ["not back at the minimum"]),
  ].join(", ");
}

type Tier = NonNullable<Report["gateway"]>;

function scaleLines(name: string, all: Report["scales"], width: number): string[] {
  if (all.length === 0) return [`${name}: the count never changed`];
  return [
    `${name}: ${plural(all.length, "scale")}`,
    ...all.flatMap(({ second, from, to, reason }) => {
      const head = `${second.toFixed(0).padStart(5)} s  ${String(from).padStart(2)} → ${String(to).padEnd(2)}  `;
      // A narrow terminal breaks lines rather than leave ten characters for a reason.
      const [first = "", ...rest] = wrap(reason, Math.max(30, width - head.length));
      return [head + first, ...rest.map((line) => " ".repeat(head.length) + line)];
    }),
  ];
}

/** Lines of at most `width` characters, broken at blanks. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    // A word longer than the width has a line of its own instead of being cut.
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
