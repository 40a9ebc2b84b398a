import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../../local/process.ts";
import { until } from "../../../support/until.ts";
import type { Cluster } from "../cluster.ts";
import type { Outage } from "../outage.ts";
import type { LogLine } from "../scaler.ts";

const queueIs =
  (kind: string, cause: RegExp) =>
  ({ decision }: LogLine): boolean => {
    const signal = decision?.signals["queueDepth"];
    return signal?.kind === kind && "cause" in signal && cause.test(signal.cause);
  };

const disableCollector = (disabled: boolean): string[] => [
  "eval",
  `application:set_env(rabbitmq_management_agent, disable_metrics_collector, ${disabled}).`,
];

/** Whether the broker tells the depth of a queue: after a start the queue comes back a moment after the API. */
async function tellsDepth({ broker }: Cluster, queue: string): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${broker.username}:${broker.password}`).toString("base64")}`;
  const answer = await fetch(`${broker.managementUrl}/api/queues/%2F/${queue}`, { headers: { authorization } });
  return ((await answer.json()) as { messages_unacknowledged?: number }).messages_unacknowledged === 0;
}

/** Passwords of a user of its own, by scenario: the shared one must stay. */
const rotated = { user: "rotating", before: "first-secret-4711", after: "second-secret-0815" };
let passwordFile = "";

export const brokerOutages: readonly Outage[] = [
  {
    name: "Broker stopped",
    meanwhile: "The count holds.",
    told: "`queueDepth` missing: ECONNREFUSED; MetricUnknown",
    async breaks({ cluster, seen }) {
      await cluster.broker.nodes[0]?.stop();
      await seen("the queue is missing", queueIs("missing", /ECONNREFUSED/));
    },
    async mends({ cluster, name }) {
      await cluster.broker.nodes[0]?.start();
      await until("the broker tells the queue", () => tellsDepth(cluster, name), 30);
    },
  },
  {
    name: "Management API off while AMQP answers",
    meanwhile: "The count may rise on AMQP's count of ready messages, never fall.",
    told: "`queueDepth` partial: management API …",
    async breaks({ cluster, name, seen }) {
      await cluster.broker.ctl(["eval", "application:stop(rabbitmq_management)."]);
      await seen("the queue is known in part", queueIs("partial", /management API/));
      await cluster.fill(name, 900);
      await until("the count rises all the same", async () => (await cluster.replicas(name)) === 9);
    },
    async mends({ cluster, name }) {
      await cluster.broker.ctl(["eval", "application:start(rabbitmq_management)."]);
      await until("the management API tells the queue", () => tellsDepth(cluster, name), 30);
    },
  },
  {
    name: "Statistics absent",
    meanwhile: "As without the management API: absent statistics are unknown, not 0.",
    told: "`queueDepth` partial: the broker has no statistics of the queue",
    async breaks({ cluster, seen }) {
      await cluster.broker.ctl(disableCollector(true));
      await seen("the statistics are unknown", queueIs("partial", /statistics/));
    },
    async mends({ cluster, name }) {
      await cluster.broker.ctl(disableCollector(false));
      await until("the statistics are back", () => tellsDepth(cluster, name), 30);
    },
  },
  {
    name: "Credentials rotated",
    meanwhile: "The count holds until the file holds the new password; the file is read again at every poll.",
    told: "`queueDepth` partial or missing: HTTP 401",
    async options({ broker }) {
      const { user, before } = rotated;
      await broker.ctl(["add_user", user, before]);
      await broker.ctl(["set_user_tags", user, "monitoring"]);
      await broker.ctl(["set_permissions", user, ".*", ".*", ".*"]);
      const folder = temporaryFolder("credentials");
      passwordFile = join(folder, "password");
      writeFileSync(join(folder, "username"), user, { mode: 0o600 });
      writeFileSync(passwordFile, `${before}\n`, { mode: 0o600 });
      return { credentials: { usernameFile: join(folder, "username"), passwordFile } };
    },
    async breaks({ cluster, seen }) {
      await cluster.broker.ctl(["change_password", rotated.user, rotated.after]);
      await seen("the old password is refused", queueIs("partial", /401/));
    },
    async mends({ scaler }) {
      writeFileSync(passwordFile, `${rotated.after}\n`);
      const all = await scaler.everything();
      for (const secret of [rotated.before, rotated.after])
        if (all.includes(secret)) throw new Error("a password was told");
    },
  },
];
