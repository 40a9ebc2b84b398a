import { compile, type TopLevelSpec } from "vega-lite";
import { parse, View } from "vega";
import type { Report } from "./report.ts";

const width = 900;
const colours = { wanted: "#d95f02", ready: "#1b9e77", backlog: "#4575b4", bound: "#b2182b" };

/** The run as an SVG document: replicas, backlog and wait over time. */
export async function picture(report: Report): Promise<string> {
  // No renderer: SVG needs neither a browser nor a canvas.
  const view = new View(parse(compile(specification(report)).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function specification({ timeline, wait, options, jobs }: Report): TopLevelSpec {
  // No job done is not zero per cent late.
  const lateShare = wait.lateShare === null ? "no job done" : `${(wait.lateShare * 100).toFixed(2)} % late`;
  const end = Math.ceil(timeline.at(-1)?.at ?? options.seconds);
  const x = {
    field: "at",
    type: "quantitative" as const,
    // The same for all three charts, which are read one above the other.
    scale: { domain: [Math.min(0, timeline[0]?.at ?? 0), end], nice: false },
  };
  const hidden = { ...x, axis: { title: null, labels: false } };
  const y = (field: string, title: string) => ({ field, type: "quantitative" as const, title });
  const replicas = timeline.flatMap(({ at, readyReplicas, desiredReplicas }) => [
    { at, replicas: readyReplicas, kind: "ready" },
    // Left out: unknown is not zero.
    ...(desiredReplicas === null ? [] : [{ at, replicas: desiredReplicas, kind: "desired" }]),
  ]);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    title: {
      text: `${jobs.done.toLocaleString("en")} jobs of ${options.trace}: ${lateShare}, ${jobs.lost} lost`,
      anchor: "start",
    },
    vconcat: [
      {
        ...{ width, height: 190, data: { values: replicas } },
        // A count holds until the next one; a slope between two would show pods that never were.
        mark: { type: "line", interpolate: "step-after", strokeWidth: 2 },
        encoding: {
          x: hidden,
          // One more than the bound, so that a count at the bound is seen as a line.
          y: { ...y("replicas", "replicas"), scale: { domain: [0, options.maxReplicas + 1] } },
          color: {
            field: "kind",
            scale: { domain: ["desired", "ready"], range: [colours.wanted, colours.ready] },
            legend: { title: null, orient: "top-left" },
          },
        },
      },
      {
        ...{ width, height: 130, data: { values: timeline.filter(({ backlog }) => backlog !== null) } },
        mark: { type: "area", color: colours.backlog, opacity: 0.7 },
        encoding: { x: hidden, y: y("backlog", "backlog (messages)") },
      },
      {
        ...{ width, height: 130 },
        layer: [
          {
            data: { values: timeline.filter(({ waitSeconds }) => waitSeconds !== null) },
            mark: { type: "line", color: colours.backlog, strokeWidth: 1.5 },
            encoding: { x: { ...x, title: "seconds" }, y: y("waitSeconds", "longest wait (s)") },
          },
          {
            data: { values: [{ bound: wait.maxWaitSeconds }] },
            mark: { type: "rule", color: colours.bound, strokeDash: [6, 4] },
            encoding: { y: { field: "bound", type: "quantitative" } },
          },
        ],
      },
    ],
  };
}
