import { ListWatch, V1ListMeta, Watch, type KubernetesListObject } from "@kubernetes/client-node";
import type { Query, StackClient } from "./client.ts";
import { keyOf, nameOf, type StackObject } from "./objects.ts";

/** Plurals of the kinds that are watched; lists find them by discovery, watches are given a path. */
const plurals: Readonly<Record<string, string>> = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
  Job: "jobs",
  CronJob: "cronjobs",
  APIService: "apiservices",
  Namespace: "namespaces",
};

/** Whether changes of this kind can be watched here. */
export const isWatched = (kind: string): boolean => Object.hasOwn(plurals, kind);

/** Milliseconds until a broken watch begins anew. */
const retryMilliseconds = 500;

/**
 * Calls `onChange` with all objects found, at once and at every change, until the returned function is called. Lasts
 * over breaks of the connection.
 */
export function watchObjects(
  client: StackClient,
  query: Query,
  onChange: (objects: readonly StackObject[]) => void,
): () => void {
  const { apiVersion, kind, namespace, labelSelector } = query;
  let stopped = false;
  let due = false;
  // Once for what comes together: in the middle of a list the rest would look deleted.
  const tell = (): void => {
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      if (!stopped) onChange(watch.list(namespace).map((one) => ({ ...one, apiVersion, kind })));
    });
  };
  const list = async (): Promise<KubernetesListObject<StackObject>> => {
    const { items, resourceVersion } = await client.listAt(query);
    // Also of an empty list, which changes nothing and is news to somebody who waits for an end.
    tell();
    return { apiVersion, kind: `${kind}List`, metadata: Object.assign(new V1ListMeta(), { resourceVersion }), items };
  };
  const watch = new ListWatch<StackObject>(pathOf(query), new Watch(client.config), list, false, labelSelector);
  watch.on("change", tell);
  watch.on("error", () => {
    setTimeout(() => {
      if (!stopped) void watch.start();
    }, retryMilliseconds).unref();
  });
  void watch.start();
  return () => {
    stopped = true;
    void watch.stop();
  };
}

function pathOf({ apiVersion, kind, namespace }: Query): string {
  const plural = plurals[kind];
  if (plural === undefined) throw new Error(`cannot watch objects of kind ${kind}`);
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}`;
}

/** Seconds for pods to end: grace periods of a stack go up to minutes. */
const goneSeconds = 300;

/** Resolves when none of the objects, by name, exists any more. Fails naming those that are left. */
export async function awaitGone(client: StackClient, objects: readonly StackObject[]): Promise<void> {
  const left = new Map(objects.map((object) => [keyOf(object), object]));
  const stops: (() => void)[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        const names = [...left.values()].map(nameOf).join(", ");
        reject(new Error(`not gone after ${goneSeconds} s: ${names}`));
      }, goneSeconds * 1000);
      stops.push(() => {
        clearTimeout(timer);
      });
      for (const query of queriesOf(objects)) {
        const stop = watchObjects(client, query, (present) => {
          const keys = new Set(present.map(keyOf));
          for (const [key, { kind, metadata }] of left) {
            if (kind === query.kind && metadata.namespace === query.namespace && !keys.has(key)) left.delete(key);
          }
          if (left.size === 0) resolve();
        });
        stops.push(stop);
      }
      if (objects.length === 0) resolve();
    });
  } finally {
    for (const stop of stops) stop();
  }
}

/** One query for each kind and namespace among the objects. */
export function queriesOf(objects: readonly StackObject[], labelSelector?: string): Query[] {
  const queries = new Map<string, Query>();
  for (const { apiVersion, kind, metadata } of objects) {
    const { namespace } = metadata;
    queries.set(`${apiVersion} ${kind} ${namespace ?? ""}`, {
      ...{ apiVersion, kind },
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
    });
  }
  return [...queries.values()];
}
