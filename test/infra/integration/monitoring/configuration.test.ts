import assert from "node:assert/strict";
import { parse } from "yaml";
import { prometheusFiles } from "../../../../infra/monitoring/prometheusConfig.ts";
import { ruleGroups as own, type RuleGroup } from "../../../../infra/monitoring/rules.ts";
import { scrapeConfigs } from "../../../../infra/monitoring/scrapeConfigs.ts";
import { freePort, waitUntil } from "../../../../local/process.ts";
import { serverFolder } from "../../../../local/servers/chroot.ts";
import { removeNodes, startNode } from "../../../../local/servers/node.ts";

const user = "prometheus";

interface Loaded {
  /** Names of what it scrapes. */
  readonly jobs: readonly string[];
  /** Names of the groups of rules. */
  readonly groups: readonly string[];
}

/** Starts the real Prometheus on the program's own files and tells what it has made of them. Rejects when it refuses them. */
async function load(ruleGroups?: readonly RuleGroup[]): Promise<Loaded> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const node = await startNode({
    name: "prometheus",
    user,
    folder: await serverFolder("prometheus", user, prometheusFiles(ruleGroups)),
    command: [
      "prometheus",
      "--config.file=/srv/prometheus.yml",
      "--storage.tsdb.path=/srv/data",
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    details: {},
    ready: (process) =>
      waitUntil(async () => (await fetch(`${url}/-/ready`)).ok, {
        what: "Prometheus to be ready",
        processes: [process],
      }),
  });
  try {
    const get = async <Data>(path: string): Promise<Data> =>
      ((await (await fetch(`${url}/api/v1/${path}`)).json()) as { data: Data }).data;
    const { yaml } = await get<{ yaml: string }>("status/config");
    const { scrape_configs: taken } = parse(yaml) as { scrape_configs: { job_name: string }[] };
    const { groups } = await get<{ groups: { name: string }[] }>("rules");
    return { jobs: taken.map((job) => job.job_name), groups: groups.map(({ name }) => name) };
  } finally {
    await removeNodes([node]);
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
