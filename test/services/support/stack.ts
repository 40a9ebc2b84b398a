import { join } from "node:path";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { Client } from "pg";
import { startDataLayer, type DataLayer } from "../../../local/demo/fakePods/dataLayer.ts";
import { declareQueues } from "../../../local/demo/fakePods/queues.ts";
import { repositoryRoot } from "../../../local/paths.ts";
import { freePort, startProcess, temporaryFolder, waitUntil, type ManagedProcess } from "../../../local/process.ts";

/** Real servers with the platform's tables and queues, and what tests look at them with. */
export interface Stack {
  readonly layer: DataLayer;
  readonly channel: ConfirmChannel;
  /** To the primary itself, past the pooler. */
  readonly sql: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export async function startStack(): Promise<Stack> {
  const layer = await startDataLayer();
  let broker: { connection: ChannelModel; channel: ConfirmChannel };
  try {
    broker = await declareQueues(layer.broker.amqpUrlWithCredentials);
  } catch (error) {
    await layer.stop();
    throw error;
  }
  const { host, port } = layer.postgres.primary;
  return {
    layer,
    channel: broker.channel,
    async sql(text, values = []) {
      const client = new Client({ host, port, user: "postgres", database: "jobsprint" });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    async stop() {
      await broker.connection.close().catch(() => undefined);
      await layer.stop();
    },
  };
}

export interface Service {
  readonly process: ManagedProcess;
  /** Of the port PORT. */
  readonly url: string;
  readonly metrics: () => Promise<string>;
}

/** Starts a service from its sources and waits until it is ready at this path. */
export async function startService(
  name: "api-gateway" | "workflow-worker",
  environment: Readonly<Record<string, string>>,
): Promise<Service> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const started = startProcess({
    name,
    command: process.execPath,
    args: [join(repositoryRoot, "services", name, "src", "main.ts")],
    folder: temporaryFolder(name),
    env: {
      PATH: process.env["PATH"],
      HOST: "127.0.0.1",
      PORT: String(port),
      ...(name === "api-gateway" && { METRICS_PORT: String(metricsPort) }),
      ...environment,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const ready = name === "api-gateway" ? "/healthz/ready" : "/readyz";
  await waitUntil(async () => (await fetch(`${url}${ready}`)).ok, {
    ...{ what: `${name} to be ready`, timeoutSeconds: 120, processes: [started] },
  });
  const page = name === "api-gateway" ? `http://127.0.0.1:${metricsPort}/metrics` : `${url}/metrics`;
  return { process: started, url, metrics: async () => (await fetch(page)).text() };
}

/** The value of one series on a page of metrics; undefined where it is not there. */
export function seriesValue(page: string, series: string): number | undefined {
  const line = page.split("\n").find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
