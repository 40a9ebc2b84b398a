import { customMetricDefinitions, metricDefinitions, type MetricDefinition } from "./metricDefinitions.ts";

const head = `# Metrics

Rendered by \`npm run -s docs\`; do not edit. Both parts are served at \`/metrics\`. An unknown value has no series; it is
never 0. The process metrics of prom-client (\`process_*\`, \`nodejs_*\`) come on top.

## Autoscaler

Rendered from \`autoscaler/src/observe/metricDefinitions.ts\`. Counters start at 0 for every known label.

| metric | type | labels | tells | what to do with it |
|---|---|---|---|---|
`;

/** The beginning of docs/metrics.md; a test compares it with the file, so that the two never drift apart. */
export function metricsDocument(): string {
  return (
    head +
    [metricDefinitions, customMetricDefinitions]
      .flatMap(Object.values<MetricDefinition>)
      .map(row)
      .join("")
  );
}

function row({ name, type, labels, help, use }: MetricDefinition): string {
  return `| \`${name}\` | ${type} | ${labels.join(", ")} | ${help} | ${use} |\n`;
}

// Run as a program it is a renderer of `npm run -s docs`; imported, as by the test, it prints nothing.
if (import.meta.main) process.stdout.write(metricsDocument());
