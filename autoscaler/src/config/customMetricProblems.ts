import { defaults } from "./defaults.ts";
import type { Problem } from "./problems.ts";
import { at, list, ofSource, record } from "./rawDocument.ts";

/** From one scrape to the next at most, in periods: the loop's pause after failures (1.5) and its jitter (10 %). */
const longestGap = 1.65;

/** What the schema cannot see of the metrics to be served: targets that they name, and numbers that do not go together. */
export function customMetricProblems(document: unknown): Problem[] {
  const path = "customMetrics.metrics";
  const served = list(at(document, "customMetrics", "metrics"));
  return [
    ...portProblems(document),
    ...repeated(document, served, path),
    ...served.flatMap((metric, index) => [
      ...servedTargetProblems(document, at(metric, "target"), `${path}[${index}].target`),
      ...periodProblems(document, metric, `${path}[${index}].periodSeconds`),
    ]),
  ];
}

/** Two servers of one process: the second one would only fail at the start. */
function portProblems(document: unknown): Problem[] {
  if (at(document, "customMetrics") === undefined) return [];
  const port = at(document, "customMetrics", "port") ?? defaults.customMetrics.port;
  const taken = at(document, "server", "port") ?? defaults.server.port;
  // Each 0 takes a free one.
  if (typeof port !== "number" || port !== taken || port === 0) return [];
  return [{ path: "customMetrics.port", message: `must differ from server.port, found ${port}` }];
}

/** Each namespace is asked for itself, so that one name may stand for the pods of several. */
function repeated(document: unknown, served: readonly unknown[], path: string): Problem[] {
  const names = served.map((metric) => {
    const { target } = ofTarget(document, metric);
    const namespace = at(metric, "pods", "namespace") ?? at(target, "scaleTargetRef", "namespace");
    return JSON.stringify([namespace, at(metric, "name")]);
  });
  return served.flatMap((metric, index) => {
    const name = at(metric, "name");
    return typeof name === "string" && names.indexOf(names[index] ?? "") < index
      ? [{ path: `${path}[${index}].name`, message: `must be unique in its namespace, found "${name}" again` }]
      : [];
  });
}

function servedTargetProblems(document: unknown, served: unknown, path: string): Problem[] {
  const name = at(served, "name");
  if (typeof name !== "string") return [];
  const targets = list(at(document, "targets"));
  const target = targets.find((one) => at(one, "name") === name);
  if (target === undefined) {
    const names = targets.map((one) => String(at(one, "name"))).join(", ") || "there are none";
    return [{ path: `${path}.name`, message: `must be one of targets (${names}), found "${name}"` }];
  }
  // Only pods have a value each, which is what an HPA of type Pods asks for.
  return ofSource(record(at(target, "metrics")), at(served, "metric"), "podMetrics", `${path}.metric`);
}

/** A rate needs two samples within twice its window, and a value has to last until the next one. */
function periodProblems(document: unknown, metric: unknown, path: string): Problem[] {
  const { periodSeconds, windowSeconds, maxAgeSeconds } = numbersOf(document, metric);
  // Other types are the schema's problem.
  if (typeof periodSeconds !== "number" || typeof windowSeconds !== "number" || typeof maxAgeSeconds !== "number")
    return [];
  const most = Math.floor((Math.min(2 * windowSeconds, maxAgeSeconds) / longestGap) * 10) / 10;
  if (periodSeconds <= most) return [];
  const numbers = `windowSeconds ${windowSeconds} and maxAgeSeconds ${maxAgeSeconds}`;
  return [{ path, message: `must be at most ${most} with ${numbers}, or values are absent, found ${periodSeconds}` }];
}

/** As `servedMetrics` fills them in. */
function numbersOf(
  document: unknown,
  metric: unknown,
): Record<"periodSeconds" | "windowSeconds" | "maxAgeSeconds", unknown> {
  const { target, podMetrics } = ofTarget(document, metric);
  const otherwise =
    target === undefined
      ? defaults.customMetrics
      : {
          periodSeconds: at(target, "periodSeconds") ?? defaults.periodSeconds,
          maxAgeSeconds: at(target, "maxMetricAgeSeconds") ?? defaults.maxMetricAgeSeconds,
        };
  return {
    periodSeconds: at(metric, "periodSeconds") ?? otherwise.periodSeconds,
    windowSeconds: at(podMetrics, "windowSeconds") ?? defaults.windowSeconds,
    maxAgeSeconds: at(metric, "maxAgeSeconds") ?? otherwise.maxAgeSeconds,
  };
}

/** The target whose metric is served, if there is one, and what the pods are asked for. */
function ofTarget(document: unknown, metric: unknown): { target: unknown; podMetrics: unknown } {
  const name = at(metric, "target", "name");
  if (name === undefined) return { target: undefined, podMetrics: at(metric, "podMetrics") };
  const target = list(at(document, "targets")).find((one) => at(one, "name") === name);
  return { target, podMetrics: at(target, "metrics", String(at(metric, "target", "metric")), "podMetrics") };
}
