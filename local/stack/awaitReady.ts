import { applySetId, keys } from "./applySet.ts";
import type { StackClient } from "./client.ts";
import { keyOf, type StackObject } from "./objects.ts";
import { becomesReady, readinessOf, type Readiness } from "./readiness.ts";
import { queriesOf, watchObjects } from "./watch.ts";

/** Seconds that objects of a kind may take. A first start of all at once on two cores takes half of these. */
export const defaultTimeouts: Readonly<Record<string, number>> = {
  StatefulSet: 420,
  Job: 300,
  Deployment: 240,
  APIService: 90,
};

/** An object that is not ready, and how far it is. */
export interface Unready {
  readonly object: StackObject;
  readonly readiness: Readiness;
  /** Since when it has been waited for. */
  readonly seconds: number;
}

/** What to do while waiting, and how long to wait. */
export interface WaitOptions {
  /** The namespace of the set that the objects belong to. */
  readonly namespace: string;
  /** For every kind; the defaults when absent. */
  readonly timeoutSeconds?: number | undefined;
  /** Called at every change and every second. */
  readonly onWaiting?: (unready: readonly Unready[]) => void;
}

/**
 * Watches the objects until all are ready, and returns none then. Returns those that are not when one has failed or has
 * had its time.
 */
export async function awaitReady(
  client: StackClient,
  objects: readonly StackObject[],
  { namespace, timeoutSeconds, onWaiting }: WaitOptions,
): Promise<readonly Unready[]> {
  const begun = Date.now();
  const states = new Map<string, StackObject>();
  for (const object of objects.filter(({ kind }) => becomesReady(kind))) states.set(keyOf(object), object);
  const unready = (): Unready[] =>
    [...states.values()]
      .map((object) => ({ object, readiness: readinessOf(object), seconds: (Date.now() - begun) / 1000 }))
      .filter(({ readiness }) => readiness.state !== "ready");
  const isOver = ({ object, readiness, seconds }: Unready): boolean =>
    readiness.state === "failed" || seconds > (timeoutSeconds ?? defaultTimeouts[object.kind] ?? 60);

  const stops: (() => void)[] = [];
  try {
    return await new Promise((resolve) => {
      const look = (): void => {
        const left = unready();
        if (left.length === 0 || left.some(isOver)) resolve(left);
        else onWaiting?.(left);
      };
      // For the clock alone: changes come by the watches.
      const timer = setInterval(look, 1000);
      stops.push(() => {
        clearInterval(timer);
      });
      const selector = `${keys.partOf}=${applySetId(namespace)}`;
      for (const query of queriesOf([...states.values()], selector)) {
        const stop = watchObjects(client, query, (present) => {
          for (const object of present) if (states.has(keyOf(object))) states.set(keyOf(object), object);
          look();
        });
        stops.push(stop);
      }
      look();
    });
  } finally {
    for (const stop of stops) stop();
  }
}
