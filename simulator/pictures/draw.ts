import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Of all pictures, in pixels. */
export const width = 900;

/** One colour for one thing in all pictures; distinguishable also without red and green. */
export const colours = {
  ours: "#d95f02",
  baseline: "#4575b4",
  optimum: "#1b9e77",
  demand: "#bdbdbd",
  bound: "#b2182b",
} as const;

/** A specification as an SVG document. */
export async function draw(specification: Omit<TopLevelSpec, "$schema" | "background">): Promise<string> {
  const whole = {
    ...specification,
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
  } as TopLevelSpec;
  // No renderer: SVG needs neither a browser nor a canvas.
  const view = new View(parse(compile(whole).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
