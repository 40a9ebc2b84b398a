import { setTimeout as delay } from "node:timers/promises";
import { Watch } from "@kubernetes/client-node";
import { apply, loadKubeConfig } from "../kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../kubernetes/controlPlane.ts";
import { startKwok } from "../kubernetes/kwok.ts";
import type { Progress } from "../progress.ts";
import { startRabbitmq } from "../servers/rabbitmq.ts";
import { connectPublisher, createDeployments, createQueues, nameOf } from "./fleet.ts";
import { kedaArithmetic } from "./kedaArithmetic.ts";
import { quantiles, round, type Quantiles } from "./quantiles.ts";
import { namespace, startService } from "./service.ts";

const runs = 30;
const messages = 5000;
/** The default of the configuration, which is left out there. */
const periodSeconds = 2;
const longestWaitSeconds = 60;

export interface Reaction {
  readonly runs: number;
  readonly messages: number;
  readonly periodSeconds: number;
  /** Seconds from right before the first message is sent until a watch shows the higher count. */
  readonly seconds: Quantiles;
  /** Seconds from right before the first message is sent until the broker has confirmed the last one. */
  readonly publishSeconds: Quantiles;
  readonly all: readonly number[];
  /** Calculated from default intervals, not measured. */
  readonly kedaAndHpaByArithmetic: ReturnType<typeof kedaArithmetic>;
  readonly timesFaster: { readonly p50: number; readonly p99: number };
}

/** From a step of the load to the accepted patch; each run on a target of its own that nothing has happened to before. */
export async function measureReaction(program: string, progress: Progress): Promise<Reaction> {
  progress.step("starting a control plane and a broker");
  const [controlPlane, broker] = await Promise.all([startControlPlane(), startRabbitmq()]);
  await startKwok(controlPlane, { nodes: 4 });
  await apply(controlPlane, `{ apiVersion: v1, kind: Namespace, metadata: { name: ${namespace} } }`);
  const range = { from: 0, until: runs, withPods: runs };
  await Promise.all([createQueues(broker, range), createDeployments(controlPlane, range)]);
  const targets = Array.from({ length: runs }, (_, index) => target(nameOf(index)));
  const service = await startService({ program, controlPlane, broker, targets });
  const raises = await watchRaises(controlPlane);
  progress.step(`${runs} steps of ${messages} messages`);
  const publisher = await connectPublisher(broker);
  const waits: number[] = [];
  const published: number[] = [];
  // The first ticks of a new process are slower than any later one.
  await delay(10_000);
  for (let run = 0; run < runs; run++) {
    // Any phase against the target's tick.
    await delay(Math.random() * periodSeconds * 1000);
    const begun = performance.now();
    const raised = raises.of(nameOf(run));
    await publisher.publish([nameOf(run)], messages);
    published.push((performance.now() - begun) / 1000);
    waits.push(((await raised) - begun) / 1000);
  }
  raises.stop();
  await publisher.close();
  await service.stop();
  await Promise.all([broker.stop(), controlPlane.stop()]);
  return report(waits, published);
}

function report(waits: readonly number[], published: readonly number[]): Reaction {
  const seconds = quantiles(waits);
  const arithmetic = kedaArithmetic();
  const ratio = (key: "p50" | "p99"): number => round((arithmetic.oneToMany[key] ?? NaN) / (seconds[key] ?? NaN), 1);
  return {
    ...{ runs, messages, periodSeconds, seconds, publishSeconds: quantiles(published) },
    all: waits.map((wait) => round(wait)),
    kedaAndHpaByArithmetic: arithmetic,
    timesFaster: { p50: ratio("p50"), p99: ratio("p99") },
  };
}

interface Raises {
  /** When the Deployment's count was first seen above 1, by `performance.now`. */
  of(name: string): Promise<number>;
  stop(): void;
}

interface Deployment {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly replicas?: number };
}

async function watchRaises({ kubeconfigFile }: ControlPlane): Promise<Raises> {
  const waiting = new Map<string, PromiseWithResolvers<number>>();
  const watch = await new Watch(loadKubeConfig(kubeconfigFile)).watch(
    `/apis/apps/v1/namespaces/${namespace}/deployments`,
    {},
    (_phase, { metadata, spec }: Deployment) => {
      if ((spec.replicas ?? 1) > 1) waiting.get(metadata.name)?.resolve(performance.now());
    },
    (error: unknown) => {
      for (const { reject } of waiting.values()) reject(new Error(`the watch has ended: ${String(error)}`));
    },
  );
  return {
    of(name) {
      const raised = Promise.withResolvers<number>();
      waiting.set(name, raised);
      const late = delay(longestWaitSeconds * 1000, undefined, { ref: false }).then(() => {
        throw new Error(`${name} was not raised within ${longestWaitSeconds} s`);
      });
      const first = Promise.race([raised.promise, late]);
      // Until the publishing has ended nobody waits for it yet.
      first.catch(() => undefined);
      return first;
    },
    stop() {
      watch.abort();
    },
  };
}

/** Period and behavior are the defaults. */
function target(name: string): object {
  return {
    name,
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name, namespace },
    ...{ minReplicas: 1, maxReplicas: 20 },
    metrics: { queueDepth: { rabbitmq: { broker: "main", queues: [{ name }] } } },
    rules: [{ name: "backlog", perReplica: { metric: "queueDepth", target: 100 } }],
  };
}
