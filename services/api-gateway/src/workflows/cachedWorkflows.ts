import type { Cache } from "@jobsprint/runtime/cache";
import type { Logger } from "pino";
import { orAborted } from "../http/orAborted.ts";
import { notFound } from "../http/problems.ts";
import type { WorkflowStore } from "./workflowStore.ts";

/** Every answer of one user has this tag: whatever the user writes takes all of them out. */
const userTag = (userId: string): string => `user:${userId}`;

export interface CachedOptions {
  readonly store: WorkflowStore;
  readonly cache: Cache;
  readonly cacheSeconds: number;
  readonly logger: Logger;
}

/** The store behind the cache. `find` throws a problem of status 404: what does not exist takes no room in the cache. */
export function cacheWorkflows({ store, cache, cacheSeconds, logger }: CachedOptions) {
  const cached = <T>(
    key: string,
    userId: string,
    load: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => cache.getOrLoad(key, load, { ttlSeconds: cacheSeconds, tags: [userTag(userId)], signal });
  return {
    page: ((userId, page, signal) => {
      const key = `workflows:${userId}:${page.limit}:${page.after === undefined ? "" : JSON.stringify(page.after)}`;
      return cached(key, userId, (loading) => store.page(userId, page, loading), signal);
    }) satisfies WorkflowStore["page"],
    find(userId: string, id: string, signal: AbortSignal) {
      const load = async (loading: AbortSignal) => {
        const found = await store.find(userId, id, loading);
        if (found === undefined) throw notFound("workflow");
        return found;
      };
      return cached(`workflow:${userId}:${id}`, userId, load, signal);
    },
    create: (async (userId, workflow, signal) => {
      const created = await store.create(userId, workflow, signal);
      // The workflow exists: a cache that does not answer may serve an old list, but must not make this a failure.
      const invalidated = cache.invalidate({ tags: [userTag(userId)] }).catch((error: unknown) => {
        logger.warn({ error: error instanceof Error ? error.message : String(error) }, "cache not invalidated");
      });
      // It goes on by itself, and the answer comes in time.
      await orAborted(invalidated, signal);
      return created;
    }) satisfies WorkflowStore["create"],
  };
}

export type CachedWorkflows = ReturnType<typeof cacheWorkflows>;
