import { colours, draw, width } from "./draw.ts";

/** Cost against lateness. Shares are 0 to 1. */
export interface CostPicture {
  readonly title: string;
  /** The cheapest schedules, which nobody can be below. */
  readonly optimum: readonly CostPoint[];
  /** Families in the order in which the legend has them. */
  readonly settings: readonly (CostPoint & { readonly family: string; readonly setting: string })[];
  /** The family that is ours. */
  readonly ours: string;
  /** The allowed share of late jobs. */
  readonly target: number;
}

interface CostPoint {
  readonly lateShare: number;
  readonly podHours: number;
}

/** A mark for each setting of each autoscaler: the nearer to the lower left corner the better. */
export function costPicture({ title, optimum, settings, ours, target }: CostPicture): Promise<string> {
  const costs = [...optimum, ...settings].map(({ podHours }) => podHours);
  const encoding = {
    x: {
      ...{ field: "late", type: "quantitative", title: "late jobs (%)" },
      // Most are hardly late and a few are very late: a plain scale would show either the ones or the others.
      scale: { type: "symlog", constant: 0.5, domain: [0, 100], clamp: true },
      axis: { values: [0, 0.1, 0.5, 1, 2, 5, 10, 20, 50, 100], format: "~r" },
    },
    y: {
      ...{ field: "podHours", type: "quantitative", title: "pod-hours" },
      scale: { type: "log", domain: [Math.min(...costs) * 0.93, Math.max(...costs) * 1.07], nice: false },
      axis: { format: "~r", tickCount: 8 },
    },
  } as const;
  const marks = (all: CostPicture["settings"], size: number) => ({
    data: { values: all.map(toPercent) },
    mark: { type: "point", filled: true, size, opacity: 0.9, stroke: "white", strokeWidth: 0.7 },
    encoding: { ...encoding, ...familyScales(settings, ours) },
  });
  const isOurs = ({ family }: { readonly family: string }): boolean => family === ours;
  return draw({
    ...{ width: width - 280, height: 420, title: { text: title, anchor: "start" } },
    layer: [
      targetLayer(target, encoding.x),
      ...optimumLayers(optimum, encoding),
      marks(
        settings.filter((setting) => !isOurs(setting)),
        70,
      ),
      // On top, and seen first.
      marks(settings.filter(isOurs), 110),
    ],
  } as Parameters<typeof draw>[0]);
}

const toPercent = <P extends CostPoint>(point: P) => ({ ...point, late: point.lateShare * 100 });

function targetLayer(target: number, x: object) {
  return {
    data: { values: [{ late: target * 100, text: `${target * 100} % late` }] },
    layer: [
      { mark: { type: "rule", color: colours.bound, strokeDash: [6, 4] } },
      {
        mark: { type: "text", color: colours.bound, align: "left", dx: 5, y: 10 },
        encoding: { text: { field: "text" } },
      },
    ],
    encoding: { x },
  };
}

function optimumLayers(optimum: readonly CostPoint[], encoding: object) {
  const values = optimum.map(toPercent).sort((one, other) => one.late - other.late);
  const color = colours.optimum;
  return [
    {
      data: { values },
      mark: { type: "line", color, strokeWidth: 2.5, clip: true },
      encoding: { ...encoding, order: { field: "late", type: "quantitative" } },
    },
    {
      // At its right end, where no mark of an autoscaler can be below it.
      data: { values: values.slice(-1) },
      mark: { type: "text", color, align: "left", dx: 6, dy: 2, text: "optimum" },
      encoding,
    },
  ];
}

const others = {
  colours: ["#4575b4", "#74add1", "#542788", "#998ec3", "#35978f", "#8c510a", "#666666", "#c51b7d"],
  shapes: ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-left", "triangle-right"],
};
const star = "M0,-1.9L0.44,-0.59L1.8,-0.59L0.68,0.23L1.12,1.54L0,0.72L-1.12,1.54L-0.68,0.23L-1.8,-0.59L-0.44,-0.59Z";

/** Colour and shape both, so that families are told apart in print too. */
function familyScales(settings: CostPicture["settings"], ours: string) {
  const domain = [...new Set(settings.map(({ family }) => family))];
  const rest = domain.filter((family) => family !== ours);
  const rangeOf = (first: string, all: readonly string[]): string[] =>
    domain.map((family) => (family === ours ? first : (all[rest.indexOf(family) % all.length] ?? first)));
  const legend = { title: null, symbolOpacity: 1, symbolSize: 90, labelLimit: 0 };
  return {
    color: { field: "family", scale: { domain, range: rangeOf(colours.ours, others.colours) }, legend },
    shape: { field: "family", scale: { domain, range: rangeOf(star, others.shapes) }, legend },
  };
}
