import assert from "node:assert/strict";
import { parse } from "yaml";
import { prometheusFiles } from "../../../../infra/monitoring/prometheusConfig.ts";
import { ruleGroups as own, type RuleGroup } from "../../../../infra/monitoring/rules.ts";
import { scrapeConfigs } from "../../../../infra/monitoring/scrapeConfigs.ts";
import { startPrometheusFrom } from "../../../../local/servers/prometheus.ts";

interface Loaded {
  /** Names of what it scrapes. */
  readonly jobs: readonly string[];
  /** Names of the groups of rules. */
  readonly groups: readonly string[];
}

/** Starts the real Prometheus on the program's own files and tells what it has made of them. Rejects when it refuses them. */
async function load(ruleGroups?: readonly RuleGroup[]): Promise<Loaded> {
  const prometheus = await startPrometheusFrom(prometheusFiles(ruleGroups));
  try {
    const get = async <Data>(path: string): Promise<Data> =>
      ((await (await fetch(`${prometheus.url}/api/v1/${path}`)).json()) as { data: Data }).data;
    const { yaml } = await get<{ yaml: string }>("status/config");
    const { scrape_configs: taken } = parse(yaml) as { scrape_configs: { job_name: string }[] };
    const { groups } = await get<{ groups: { name: string }[] }>("rules");
    return { jobs: taken.map((job) => job.job_name), groups: groups.map(({ name }) => name) };
  } finally {
    await prometheus.stop();
  }
}

describe("the real Prometheus", function () {
  // The first run on a machine unpacks the servers.
  this.timeout(30 * 60_000);

  it("takes the configuration as it is", async () => {
    const jobs = scrapeConfigs.map((config) => config.job_name);
    assert.deepEqual(await load(), { jobs, groups: own.map(({ name }) => name) });
  });

  it("takes rules where the program has some", async () => {
    const expr = "sum by (queue) (rabbitmq_detailed_queue_messages)";
    const { groups } = await load([{ name: "queues", rules: [{ record: "queue_depth", expr }] }]);
    assert.deepEqual(groups, ["queues"]);
  });

  it("refuses a rule that is no PromQL", async () => {
    // An end of the process, not a silence: the file was read and found wrong.
    await assert.rejects(
      load([{ name: "broken", rules: [{ alert: "Broken", expr: "sum(" }] }]),
      /rules\.yml|sum\(|parse/,
    );
  });
});
