import { customMetricProblems } from "./customMetricProblems.ts";
import { defaults } from "./defaults.ts";
import type { Problem } from "./problems.ts";
import { at, duplicates, known, list, ofSource, record } from "./rawDocument.ts";

/**
 * What a schema cannot see: names that refer to something, and pairs of numbers. Works on the raw document, of which any part
 * may be missing or of another type, so that these problems are told together with the others. Never throws.
 */
export function referenceProblems(document: unknown): Problem[] {
  const targets = list(at(document, "targets"));
  return [
    ...duplicates(targets, "targets"),
    ...targets.flatMap((target, index) => targetProblems(document, target, `targets[${index}]`)),
    ...customMetricProblems(document),
  ];
}

function targetProblems(document: unknown, target: unknown, path: string): Problem[] {
  const { minReplicas, maxReplicas } = record(target);
  const problems = [
    ...metricProblems(document, target, path),
    ...ruleProblems(target, path),
    ...duplicates(list(at(target, "rules")), `${path}.rules`),
    ...duplicates(list(at(target, "schedules")), `${path}.schedules`),
    ...scheduleProblems(target, path),
    ...vetoProblems(target, path),
  ];
  // Other types are the schema's problem; told twice, one mistake would look like two.
  if (typeof minReplicas === "number" && typeof maxReplicas === "number" && minReplicas > maxReplicas) {
    problems.push({
      path: `${path}.maxReplicas`,
      message: `must be at least minReplicas ${minReplicas}, found ${maxReplicas}`,
    });
  }
  return problems;
}

/** A schedule that leaves out a bound takes the target's own. */
function scheduleProblems(target: unknown, path: string): Problem[] {
  return list(at(target, "schedules")).flatMap((schedule, index) => {
    const minimum = at(schedule, "minReplicas") ?? at(target, "minReplicas");
    const maximum = at(schedule, "maxReplicas") ?? at(target, "maxReplicas");
    if (typeof minimum !== "number" || typeof maximum !== "number" || minimum <= maximum) return [];
    const message = `minReplicas ${minimum} must not be above maxReplicas ${maximum} while it is active`;
    return [{ path: `${path}.schedules[${index}]`, message }];
  });
}

function vetoProblems(target: unknown, path: string): Problem[] {
  const metrics = record(at(target, "metrics"));
  // A veto on a metric that does not exist would look like a guard and never hold anything back.
  return Object.keys(record(at(target, "veto", "anyAbove"))).flatMap((name) =>
    known(metrics, name, `${path}.veto.anyAbove.${name}`),
  );
}

function metricProblems(document: unknown, target: unknown, path: string): Problem[] {
  const brokers = Object.keys(record(at(document, "brokers")));
  return Object.entries(record(at(target, "metrics"))).flatMap(([name, metric]) => {
    const broker = at(metric, "rabbitmq", "broker");
    if (typeof broker === "string" && !brokers.includes(broker)) {
      return [
        {
          path: `${path}.metrics.${name}.rabbitmq.broker`,
          message: `must be one of brokers (${brokers.join(", ") || "there are none"}), found "${broker}"`,
        },
      ];
    }
    if (at(metric, "prometheus") !== undefined && at(document, "prometheus") === undefined) {
      return [
        { path: `${path}.metrics.${name}.prometheus`, message: "needs prometheus.url at the top of the document" },
      ];
    }
    return [];
  });
}

function ruleProblems(target: unknown, path: string): Problem[] {
  const metrics = record(at(target, "metrics"));
  return list(at(target, "rules")).flatMap((rule, index) => {
    const place = `${path}.rules[${index}]`;
    return [
      ...known(metrics, at(rule, "perReplica", "metric"), `${place}.perReplica.metric`),
      // Percent of the request exists for resources only.
      ...ofSource(metrics, at(rule, "utilization", "metric"), "resource", `${place}.utilization.metric`),
      // Only a broker tells the rates that this rule is made of.
      ...ofSource(metrics, at(rule, "drain", "metric"), "rabbitmq", `${place}.drain.metric`),
      ...(at(rule, "threshold") === undefined
        ? []
        : thresholdProblems(metrics, at(rule, "threshold"), `${place}.threshold`)),
    ];
  });
}

function thresholdProblems(metrics: Readonly<Record<string, unknown>>, threshold: unknown, path: string): Problem[] {
  const above = at(threshold, "scaleUp", "anyAbove");
  const below = at(threshold, "scaleDown", "allBelow");
  const names = [
    ...Object.keys(record(above)).map((name) => ({ name, path: `${path}.scaleUp.anyAbove.${name}` })),
    ...Object.keys(record(below)).map((name) => ({ name, path: `${path}.scaleDown.allBelow.${name}` })),
  ];
  const problems = names.flatMap((mark) => known(metrics, mark.name, mark.path));
  const standard = Object.keys(defaults.threshold.anyAbove);
  // A rule without any mark would forbid nothing and ask for nothing, and nobody would notice.
  if (above === undefined && !standard.some((name) => Object.hasOwn(metrics, name))) {
    problems.push({
      path: `${path}.scaleUp.anyAbove`,
      message: `is required: none of its defaults (${standard.join(", ")}) is a metric of the target`,
    });
  }
  for (const [name, mark] of Object.entries(record(below ?? defaults.threshold.allBelow))) {
    const upper = record(above ?? defaults.threshold.anyAbove)[name];
    // A mark at or above the other one has no dead band: the count would go up and down in turn.
    if (Object.hasOwn(metrics, name) && typeof mark === "number" && typeof upper === "number" && mark >= upper) {
      problems.push({
        path: `${path}.scaleDown.allBelow.${name}`,
        message: `must be below its scale-up mark ${upper}, found ${mark}`,
      });
    }
  }
  return problems;
}
