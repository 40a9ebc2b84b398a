import type { Dropped } from "../types.ts";

/**
 * "own" for this process's: it has dropped that itself, before and after. "unreadable" for what is none of ours: it may mean
 * an invalidation, or nothing.
 */
export function parseMessage(text: string, sender: string): Dropped | "own" | "unreadable" {
  try {
    const message = JSON.parse(text) as Partial<Record<keyof Dropped | "from", unknown>> | null;
    const { from, keys = [], tags = [] } = message ?? {};
    if (typeof from !== "string" || !areNames(keys) || !areNames(tags)) return "unreadable";
    return from === sender ? "own" : { keys, tags };
  } catch {
    return "unreadable";
  }
}

const areNames = (list: unknown): list is readonly string[] =>
  Array.isArray(list) && list.every((name) => typeof name === "string");
