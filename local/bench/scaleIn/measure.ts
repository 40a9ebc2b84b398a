import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "amqplib";
import { stringify } from "yaml";
import { apply } from "../../kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../kubernetes/controlPlane.ts";
import { startKwok } from "../../kubernetes/kwok.ts";
import { repositoryRoot } from "../../paths.ts";
import { say } from "../../progress.ts";
import { startRabbitmq, type Rabbitmq } from "../../servers/rabbitmq.ts";
import { namespace, startService } from "../service.ts";
import { Consumer } from "./consumer.ts";
import { LanePods, type Lane, type Removal } from "./lane.ts";
import { arrivals, workTimes, type WorkKind } from "./load.ts";
import { watchPods } from "./podWatch.ts";
import { compare, type Cell, type Evidence, type ScaleInEvent } from "./result.ts";

export interface MeasureOptions {
  /** Of the broker, milliseconds. */
  readonly statisticsIntervalMs: number;
  readonly work: readonly WorkKind[];
  /** Lanes of each kind, each with another seed, with and without the annotation. */
  readonly lanes: number;
  /** The first so many of each kind are compared. */
  readonly scaleIns: number;
  readonly seed: number;
  /** The measurement ends then, however many scale-ins there were. */
  readonly maxSeconds: number;
}

const replicas = { min: 2, max: 16 } as const;
const checkMilliseconds = 3000;

/** Lets lanes with and without the annotation scale in under the same load, until each kind has done so often enough. */
export async function measureScaleIn(options: MeasureOptions): Promise<Cell[]> {
  const lanes = lanesOf(options);
  const [controlPlane, broker] = await Promise.all([
    startControlPlane(),
    startRabbitmq({ statisticsIntervalMs: options.statisticsIntervalMs }),
  ]);
  try {
    // Loopback addresses, which consumers in this process can bind.
    await startKwok(controlPlane, { podCidr: "127.64.0.0/16" });
    return await run(options, lanes, { controlPlane, broker });
  } finally {
    await Promise.all([controlPlane.stop(), broker.stop()]);
  }
}

function lanesOf({ work, lanes, seed }: MeasureOptions): Lane[] {
  return work.flatMap((kind) =>
    Array.from({ length: lanes }, (_, index) =>
      [true, false].map((podDeletionCost) => ({
        name: `${kind}-${index}-${podDeletionCost ? "cost" : "plain"}`,
        ...{ work: kind, podDeletionCost, seed: seed + index },
      })),
    ).flat(),
  );
}

interface Servers {
  readonly controlPlane: ControlPlane;
  readonly broker: Rabbitmq;
}

async function run(options: MeasureOptions, lanes: readonly Lane[], servers: Servers): Promise<Cell[]> {
  const { controlPlane, broker } = servers;
  const connection = await connect(broker.amqpUrlWithCredentials);
  const channel = await connection.createChannel();
  for (const { name } of lanes) await channel.assertQueue(name, { durable: true });
  const manifests = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, ...lanes.map(deployment)];
  await apply(controlPlane, manifests.map((one) => stringify(one)).join("---\n"));
  const removals: Removal[] = [];
  const redelivered = new Set<string>();
  const start = (queue: string, address: string): Consumer =>
    new Consumer({
      ...{ amqpUrl: broker.amqpUrlWithCredentials, queue, address },
      onRedelivered: (id) => redelivered.add(id),
    });
  const pods = new Map(lanes.map((lane) => [lane.name, new LanePods(lane, removals, start)]));
  const stopWatch = await watchPods(controlPlane, pods);
  const program = join(repositoryRoot, "autoscaler", "src", "main.ts");
  const service = await startService({ ...servers, program, targets: lanes.map(target) });
  const evidence = (): Evidence => ({ lanes, removals, redelivered, events: readEvents(service.decisionLog) });
  const ended = new AbortController();
  const publishing = lanes.map((lane) => publish(lane, options.maxSeconds, { channel, signal: ended.signal }));
  const deadline = Date.now() + options.maxSeconds * 1000;
  let cells: Cell[] = [];
  while (Date.now() < deadline) {
    await delay(checkMilliseconds);
    cells = compare(options, evidence());
    if (cells.every((cell) => cell.scaleIns >= options.scaleIns)) break;
  }
  say(`scale-ins: ${cells.map(({ scaleIns }) => scaleIns).join(", ")}`);
  ended.abort();
  await Promise.all(publishing);
  await service.stop();
  await stopWatch();
  for (const one of pods.values()) one.close();
  await connection.close();
  return cells;
}

async function publish(
  { name, work, seed }: Lane,
  seconds: number,
  { channel, signal }: { channel: { sendToQueue: SendToQueue }; signal: AbortSignal },
): Promise<void> {
  const begun = Date.now();
  for (const [index, { at, workSeconds }] of arrivals(work, seconds, seed).entries()) {
    await delay(Math.max(0, begun + at * 1000 - Date.now()), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const messageId = `${name}-${index}`;
    channel.sendToQueue(name, Buffer.from(JSON.stringify({ workSeconds })), { messageId, persistent: true });
  }
}

type SendToQueue = (queue: string, content: Buffer, options: { messageId: string; persistent: boolean }) => boolean;

/** The scale-ins of a decision log. */
function readEvents(file: string): ScaleInEvent[] {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  const entries = lines.filter((line) => line.includes('"outcome":"patched"')).map((line) => JSON.parse(line) as Entry);
  return entries
    .filter(({ decision }) => decision.direction === "down")
    .map(({ target: lane, input: { now }, scaleIn }) => ({ lane, at: now, told: scaleIn ?? null }));
}

interface Entry {
  readonly target: string;
  readonly input: { readonly now: number };
  readonly decision: { readonly direction: string };
  readonly scaleIn?: string;
}

function deployment({ name }: Lane): object {
  const labels = { app: name };
  const containers = [{ name: "worker", image: "worker" }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: replicas.min,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers, terminationGracePeriodSeconds: 0 } },
    },
  };
}

/** Five pods for three messages under way: some are idle, so that there is a choice. */
function target({ name, podDeletionCost }: Lane): object {
  return {
    name,
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name, namespace },
    ...{ minReplicas: replicas.min, maxReplicas: replicas.max, podDeletionCost },
    metrics: { queueDepth: { rabbitmq: { broker: "main", queues: [{ name }] } } },
    rules: [{ name: "backlog", perReplica: { metric: "queueDepth", target: 0.6 } }],
    behavior: {
      scaleUp: { policies: [{ type: "Pods", value: replicas.max, periodSeconds: 1 }] },
      scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: "Pods", value: 3, periodSeconds: 5 }] },
    },
  };
}

export const workKinds = Object.keys(workTimes) as WorkKind[];
