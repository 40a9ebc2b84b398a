import type { Report } from "./report.ts";

const dash = "–";

// Two digits for short times, where they tell something.
const seconds = (value: number | null): string => (value === null ? dash : `${value.toFixed(value < 10 ? 2 : 1)} s`);

const milliseconds = (value: number | null): string => (value === null ? dash : `${Math.round(value * 1000)} ms`);

const cacheShare = (rate: number | null): string =>
  rate === null ? "cache hits unknown" : `${(rate * 100).toFixed(1)} % of the cached reads were hits`;

const executionCounts = ({ executions }: Report): string =>
  Object.entries(executions)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count.toLocaleString("en")} ${status}`)
    .join(", ") || "no executions";

/** "1 job", "2 jobs". */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : nouns}`;
}

/** The report as text, at most `width` columns wide. */
export function summary(report: Report, width: number): string {
  const { jobs, wait, pods, options, requests, requestLagSeconds } = report;
  const share = wait.lateShare === null ? dash : `${(wait.lateShare * 100).toFixed(2)} %`;
  const rows: readonly (readonly [string, string])[] = [
    ["jobs accepted", `${jobs.published.toLocaleString("en")} in ${options.seconds} s (trace ${options.trace})`],
    ["jobs done", jobs.done.toLocaleString("en")],
    ["jobs lost", String(jobs.lost)],
    // Troubles have a row only when there are any.
    ...(jobs.unfinished > 0 ? [["jobs not finished", String(jobs.unfinished)] as const] : []),
    ...(jobs.refused > 0 ? [["jobs not accepted", String(jobs.refused)] as const] : []),
    [
      "jobs redelivered",
      jobs.doneTwice > 0 ? `${jobs.redelivered}, ${jobs.doneTwice} done twice` : String(jobs.redelivered),
    ],
    ["late", `${share} (${plural(wait.late, "job")} waited more than ${wait.maxWaitSeconds} s)`],
    ["wait", `p50 ${seconds(wait.p50)}, p99 ${seconds(wait.p99)}, longest ${seconds(wait.max)}`],
    [
      "pod-seconds",
      `${Math.round(pods.podSeconds).toLocaleString("en")}, at most ${plural(pods.maxReady, "Ready pod")}`,
    ],
    ["workers", workers(pods)],
    [
      "requests",
      `${requests.count.toLocaleString("en")}, ${requests.failed} failed, ${cacheShare(requests.cacheHitRate)}`,
    ],
    [
      "gateway",
      `p50 ${milliseconds(requests.p50)}, p99 ${milliseconds(requests.p99)}, longest ${milliseconds(requests.max)}`,
    ],
    ["load", `p99 ${seconds(requestLagSeconds.p99)} behind the trace, at most ${seconds(requestLagSeconds.max)}`],
    ["database", executionCounts(report)],
    ["replay", report.replay.text],
  ];
  const label = Math.max(...rows.map(([name]) => name.length));
  return [...rows.map(([name, value]) => `${name.padEnd(label)}  ${value}`), "", ...scales(report, width)].join("\n");
}

function workers({ processes, crashes, cutOff }: Report["pods"]): string {
  const troubles = [crashes > 0 ? `${crashes} crashed` : "", cutOff > 0 ? `${cutOff} cut off` : ""];
  return [`${plural(processes, "process", "processes")} started`, ...troubles].filter((part) => part !== "").join(", ");
}

function scales({ scales: all }: Report, width: number): string[] {
  if (all.length === 0) return ["the count never changed"];
  return [
    plural(all.length, "scale"),
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
