import type { Curve } from "../model.ts";
import { colours, draw, width } from "./draw.ts";

/** An autoscaler in the picture. */
export interface Line {
  readonly name: string;
  readonly colour: keyof typeof colours;
  /** Replicas over time. */
  readonly replicas: Curve;
  /** The longest wait of jobs by their arrival, null where none arrived; absent: not drawn. */
  readonly waits?: readonly { readonly at: number; readonly seconds: number | null }[];
}

/** Replicas and waits over time. */
export interface TimelinePicture {
  readonly title: string;
  readonly seconds: number;
  readonly maxWaitSeconds: number;
  /** The first one is drawn on top. */
  readonly lines: readonly Line[];
  /** Replicas that are needed at each time; absent: not drawn. */
  readonly demand?: Curve;
}

/** Replicas over time above the longest waits, which share their seconds. */
export function timelinePicture(picture: TimelinePicture): Promise<string> {
  const { title, seconds, lines, demand, maxWaitSeconds } = picture;
  const x = {
    ...{ field: "at", type: "quantitative", title: null },
    scale: { domain: [0, seconds], nice: false },
  } as const;
  const hidden = { ...x, axis: { title: null, labels: false } };
  const color = {
    ...{ field: "name", legend: { title: null, orient: "top", labelLimit: 0 } },
    scale: {
      domain: [...lines.map(({ name }) => name), ...(demand === undefined ? [] : ["demand"])],
      range: [...lines.map(({ colour }) => colours[colour]), ...(demand === undefined ? [] : [colours.demand])],
    },
  };
  return draw({
    config: { axisY: { minExtent: 40 } },
    ...{ spacing: 10, title: { text: title, anchor: "start" } },
    vconcat: [
      {
        ...{ width, height: 260 },
        layer: [
          ...(demand === undefined ? [] : [areaOf(demand, seconds, hidden, color)]),
          // The last one drawn is on top.
          ...lines.toReversed().map(({ name, replicas }) => ({
            data: { values: points(replicas, seconds, name) },
            mark: { type: "line", interpolate: "step-after", strokeWidth: 1.8 },
            encoding: { x: hidden, y: replicasAxis, color },
          })),
        ],
      },
      {
        ...{ width, height: 120 },
        layer: [
          ...lines.toReversed().flatMap(({ name, waits }) =>
            waits === undefined
              ? []
              : [
                  {
                    data: { values: waits.map((wait) => ({ ...wait, name })) },
                    // Broken where nobody came; the points show whoever came alone.
                    mark: { type: "line", strokeWidth: 1.2, point: { size: 6 } },
                    encoding: { x: { ...x, title: "seconds" }, y: waitAxis, color },
                  },
                ],
          ),
          ...bound(maxWaitSeconds),
        ],
      },
    ],
  } as unknown as Parameters<typeof draw>[0]);
}

const replicasAxis = { field: "value", type: "quantitative", title: "ready replicas", axis: { tickMinStep: 1 } };
const waitAxis = { field: "seconds", type: "quantitative", title: "longest wait (s)" };

function areaOf(demand: Curve, seconds: number, x: object, color: object) {
  return {
    data: { values: points(demand, seconds, "demand") },
    mark: { type: "area", interpolate: "step-after", opacity: 0.6 },
    encoding: { x, y: replicasAxis, color },
  };
}

/** With a last point at the end, up to which the last value holds. */
function points({ times, values }: Curve, seconds: number, name: string): object[] {
  const all = times.map((at, index) => ({ at: Math.min(at, seconds), value: values[index] ?? 0, name }));
  return [...all, { at: seconds, value: values.at(-1) ?? 0, name }];
}

function bound(maxWaitSeconds: number) {
  const data = { values: [{ seconds: maxWaitSeconds, text: `late above ${maxWaitSeconds} s` }] };
  const y = { field: "seconds", type: "quantitative" };
  return [
    { data, mark: { type: "rule", color: colours.bound, strokeDash: [6, 4] }, encoding: { y } },
    {
      data,
      mark: { type: "text", color: colours.bound, align: "right", dy: -6 },
      encoding: { y, x: { value: width - 4 }, text: { field: "text" } },
    },
  ];
}
