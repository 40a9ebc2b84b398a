import type { Definition } from "./definition.ts";
import { definitions } from "./definitions.ts";
import { strategyMetrics, type StrategyMetric } from "./strategy.ts";

const head = `
## Services

Rendered from \`runtime/src/metrics/definitions.ts\`. A service makes them with \`createMetrics\`
([guide](runtime/metrics.md)) and serves them at \`/metrics\`. Counters start at 0 for every known label but routes.

| metric | type | labels | tells | what to do with it |
|---|---|---|---|---|
`;

const strategyHead = `
## The strategy's key metrics

The rules are in \`infra/monitoring/rules.ts\`; each is evaluated by a real Prometheus in the tests.

| strategy | series or query | kept or changed |
|---|---|---|
`;

/** The part of docs/metrics.md about services; a test compares it with the file. */
export function servicesDocument(): string {
  return [head, ...Object.values(definitions).map(row), strategyHead, ...strategyMetrics.map(strategyRow)].join("");
}

function row({ name, type, labels, help, use }: Definition): string {
  return `| \`${name}\` | ${type} | ${labels.join(", ")} | ${help} | ${use} |\n`;
}

const strategyRow = ({ name, series, query, note }: StrategyMetric): string =>
  `| \`${name}\` | \`${series ?? query ?? ""}\` | ${note} |\n`;

// Run as a program it is a renderer of `npm run -s docs`; imported, as by the test, it prints nothing.
if (import.meta.main) process.stdout.write(servicesDocument());
