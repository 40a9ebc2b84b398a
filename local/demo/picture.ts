import { compile, type TopLevelSpec } from "vega-lite";
import { parse, View } from "vega";
import type { Report } from "./report.ts";

const width = 900;
const colours = { wanted: "#d95f02", ready: "#1b9e77", load: "#4575b4", bound: "#b2182b" };

/** One of the charts that stand above each other. */
type Chart = Extract<TopLevelSpec, { vconcat: unknown }>["vconcat"][number];

/** What is drawn of both tiers. */
interface TierPoint {
  readonly at: number;
  readonly readyReplicas: number;
  readonly desiredReplicas: number | null;
}

/** The run as an SVG document: replicas, backlog and wait over time, then the gateway's requests and replicas. */
export async function picture(report: Report): Promise<string> {
  // No renderer: SVG needs neither a browser nor a canvas.
  const view = new View(parse(compile(specification(report)).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function specification(report: Report): TopLevelSpec {
  const { wait, options, jobs, timeline, gateway } = report;
  // No job done is not zero per cent late.
  const lateShare = wait.lateShare === null ? "no job done" : `${(wait.lateShare * 100).toFixed(2)} % late`;
  const charts = chartsOf(timeline, options.seconds);
  const gatewayPoints = timeline.flatMap(({ at, gateway: point }) => (point === undefined ? [] : [{ at, ...point }]));
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    // One width for all figures, so that the titles stand in line.
    config: { axisY: { minExtent: 34 } },
    spacing: 8,
    title: {
      text: `${jobs.done.toLocaleString("en")} jobs of ${options.trace}: ${lateShare}, ${jobs.lost ?? "unknown"} lost`,
      anchor: "start",
    },
    vconcat: [
      charts.replicas("workers", timeline, highest(timeline, options.maxReplicas)),
      charts.backlog(),
      charts.line({
        values: timeline.map(({ at, waitSeconds }) => ({ at, value: waitSeconds })),
        ...{ title: "longest wait (s)", isLast: gateway === undefined },
        bound: { at: wait.maxWaitSeconds, text: `at most ${wait.maxWaitSeconds} s` },
      }),
      ...(gateway === undefined
        ? []
        : [
            charts.replicas("gateways", gatewayPoints, highest(gatewayPoints, gateway.maxReplicas)),
            charts.line({
              values: gatewayPoints.map(({ at, requestsPerSecond }) => ({ at, value: requestsPerSecond })),
              ...{ title: "requests/s a pod", isLast: true, isStepped: true },
              ...(gateway.target === null ? {} : { bound: { at: gateway.target, text: `target ${gateway.target}` } }),
            }),
          ]),
    ],
  };
}

/** The bound where a count comes near it; a far one would press all lines to the ground. */
function highest(points: readonly Omit<TierPoint, "at">[], maxReplicas: number): number {
  const seen = Math.max(
    1,
    ...points.flatMap(({ readyReplicas, desiredReplicas }) => [readyReplicas, desiredReplicas ?? 0]),
  );
  return Math.min(maxReplicas, seen + 1);
}

interface Line {
  /** Where a value is unknown the line is broken. */
  readonly values: readonly { readonly at: number; readonly value: number | null }[];
  readonly title: string;
  /** Drawn as a broken line with its name. */
  readonly bound?: { readonly at: number; readonly text: string };
  /** A value holds until the next one is read. */
  readonly isStepped?: true;
  /** Only the last chart names the seconds. */
  readonly isLast: boolean;
}

function chartsOf(timeline: Report["timeline"], seconds: number) {
  const end = Math.ceil(timeline.at(-1)?.at ?? seconds);
  const x = {
    field: "at",
    type: "quantitative" as const,
    // The same for all charts, which are read one above the other.
    scale: { domain: [Math.min(0, timeline[0]?.at ?? 0), end], nice: false },
  };
  const hidden = { ...x, axis: { title: null, labels: false } };
  const y = (field: string, title: string) => ({ field, type: "quantitative" as const, title });
  return {
    replicas(title: string, points: readonly TierPoint[], top: number): Chart {
      const values = points.flatMap(({ at, readyReplicas, desiredReplicas }) => [
        { at, replicas: readyReplicas, kind: "ready" },
        // Null breaks the line: unknown is neither zero nor what it was before.
        { at, replicas: desiredReplicas, kind: "desired" },
      ]);
      return {
        ...{ width, height: 150, data: { values } },
        // A count holds until the next one; a slope between two would show pods that never were.
        mark: { type: "line", interpolate: "step-after", strokeWidth: 2 },
        encoding: {
          x: hidden,
          // One more than the highest, so that it is seen as a line.
          y: { ...y("replicas", title), axis: { tickMinStep: 1, format: "d" }, scale: { domain: [0, top + 1] } },
          color: {
            field: "kind",
            scale: { domain: ["desired", "ready"], range: [colours.wanted, colours.ready] },
            legend: { title: null, orient: "top-left" },
          },
        },
      };
    },
    backlog(): Chart {
      return {
        ...{ width, height: 110, data: { values: timeline.map(({ at, backlog }) => ({ at, backlog })) } },
        mark: { type: "area", color: colours.load, opacity: 0.7 },
        encoding: { x: hidden, y: y("backlog", "backlog (messages)") },
      };
    },
    line({ values, title, bound, isLast, isStepped }: Line): Chart {
      return {
        ...{ width, height: 110 },
        layer: [
          {
            data: { values: [...values] },
            mark: {
              ...{ type: "line", color: colours.load, strokeWidth: 1.5 },
              interpolate: isStepped === true ? "step-after" : "linear",
            },
            encoding: { x: isLast ? { ...x, title: "seconds" } : hidden, y: y("value", title) },
          },
          ...(bound === undefined ? [] : boundLayers(bound)),
        ],
      };
    },
  };
}

function boundLayers(bound: NonNullable<Line["bound"]>) {
  const data = { values: [bound] };
  const y = { field: "at", type: "quantitative" as const };
  return [
    { data, mark: { type: "rule" as const, color: colours.bound, strokeDash: [6, 4] }, encoding: { y } },
    {
      data,
      mark: { type: "text" as const, color: colours.bound, align: "right" as const, dy: -6 },
      encoding: { y, x: { value: width - 4 }, text: { field: "text" } },
    },
  ];
}
