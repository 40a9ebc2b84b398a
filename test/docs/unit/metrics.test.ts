import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { metricsDocument } from "../../../autoscaler/src/observe/metricsDocument.ts";
import { ruleGroups } from "../../../infra/monitoring/rules.ts";
import { repositoryRoot } from "../../../local/paths.ts";
import { definitions } from "../../../runtime/src/metrics/definitions.ts";
import { servicesDocument } from "../../../runtime/src/metrics/document.ts";
import { strategyMetrics } from "../../../runtime/src/metrics/strategy.ts";

const recorded = ruleGroups.flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? []));
const told = Object.values(definitions).map(({ name }) => name as string);

describe("docs/metrics.md", () => {
  it("is what the definitions say (else run: npm run -s docs)", () => {
    const committed = readFileSync(join(repositoryRoot, "docs", "metrics.md"), "utf8");
    assert.equal(committed, metricsDocument() + servicesDocument());
  });

  it("names for each of the strategy's metrics a series that is told or recorded, or a query", () => {
    for (const { name, series, query } of strategyMetrics) {
      if (series === undefined) assert.ok(query, name);
      else assert.ok(recorded.includes(series) || told.includes(series), `${name}: ${series}`);
    }
  });

  it("names every recorded series", () => {
    const document = servicesDocument();
    assert.deepEqual(
      recorded.filter((name) => !document.includes(name)),
      [],
    );
  });

  it("has the strategy's list, each once", () => {
    assert.deepEqual(
      strategyMetrics.map(({ name }) => name),
      [
        ...["request_rate_per_second", "request_duration_p50", "request_duration_p95", "request_duration_p99"],
        ...["error_rate", "workflow_executions_per_minute", "workflow_execution_duration", "workflow_success_rate"],
        ...["database_connection_pool_usage", "database_query_duration_p95", "database_replication_lag"],
        ...["cache_hit_rate", "cache_memory_usage", "cache_evictions_per_second"],
        ...["queue_depth", "queue_message_rate", "queue_consumer_lag"],
        ...["cpu_usage_percent", "memory_usage_percent", "disk_usage_percent", "network_io"],
      ],
    );
  });
});
