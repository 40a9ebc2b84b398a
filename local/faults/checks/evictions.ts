import { setTimeout as delay } from "node:timers/promises";
import { ApiException, V1Eviction } from "@kubernetes/client-node";
import type { Scene } from "../fault.ts";
import { namespace } from "../pods.ts";
import { rabbitmqMissing } from "../rabbitmqQueues.ts";
import { redisMissing } from "../redisNodes.ts";
import { notReplaced } from "../restarts.ts";
import type { Check, Finding } from "./check.ts";

const recoverySeconds = 300;

/** The API server's status. */
async function evict({ pods }: Scene, name: string): Promise<number> {
  const body = Object.assign(new V1Eviction(), { metadata: { name, namespace } });
  try {
    await pods.core.createNamespacedPodEviction({ name, namespace, body });
    return 201;
  } catch (error) {
    if (error instanceof ApiException) return error.code;
    throw error;
  }
}

/** Evicts one member, tries a second one while it is away, and waits until all are back. */
async function evictTwo(scene: Scene, workload: string, missing: () => Promise<string | undefined>): Promise<Finding> {
  const before = await scene.pods.states(workload);
  const [first, second] = before.slice(-2).reverse();
  if (first === undefined || second === undefined) throw new Error(`${workload} has not two members`);
  const one = await evict(scene, first.name);
  const other = await evict(scene, second.name);
  const gone = other === 429 ? [first] : [first, second];
  const left = await settled(async () => notReplaced(gone, await scene.pods.states(workload))[0] ?? missing());
  return {
    seen: `${first.name}: ${one}; then ${second.name}: ${other}`,
    problems: [
      ...(one === 201 ? [] : [`the eviction of ${first.name} was answered with ${one}`]),
      ...(other === 429 ? [] : [`the eviction of ${second.name} was answered with ${other}, not refused with 429`]),
      ...(left === undefined ? [] : [`not recovered within ${recoverySeconds} s: ${left}`]),
    ],
  };
}

async function settled(missing: () => Promise<string | undefined>): Promise<string | undefined> {
  const deadline = Date.now() + recoverySeconds * 1000;
  for (;;) {
    const what = await missing().catch(String);
    if (what === undefined || Date.now() > deadline) return what;
    await delay(1000);
  }
}

export const evictionChecks: readonly Check[] = [
  {
    name: "A second RabbitMQ member is not evicted while one is away",
    run: (scene) => evictTwo(scene, "rabbitmq", () => rabbitmqMissing(scene.pods)),
  },
  {
    name: "A second Redis member is not evicted while one is away",
    run: (scene) => evictTwo(scene, "redis", () => redisMissing(scene.pods)),
  },
];
