import { metricDefinitions, type MetricDefinition } from "./metricDefinitions.ts";

const head = `# Metrics of the autoscaler

Rendered from \`autoscaler/src/observe/metricDefinitions.ts\` by \`npm run -s docs\`; do not edit.

Served at \`/metrics\`. An unknown value has no series; it is never 0. Counters start at 0 for every known label.
The process metrics of prom-client (\`process_*\`, \`nodejs_*\`) come on top.

| metric | type | labels | tells | what to do with it |
|---|---|---|---|---|
`;

/** docs/metrics.md as a string. */
export function metricsDocument(): string {
  return head + Object.values(metricDefinitions).map(row).join("");
}

function row({ name, type, labels, help, use }: MetricDefinition): string {
  return `| \`${name}\` | ${type} | ${labels.join(", ")} | ${help} | ${use} |\n`;
}

if (import.meta.main) process.stdout.write(metricsDocument());
