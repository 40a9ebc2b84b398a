import type { Dropped } from "../types.ts";

/** Undefined for an own message: this process has dropped it itself, before and after. */
export function parseMessage(text: string, sender: string): Dropped | undefined {
  const { from, keys = [], tags = [] } = JSON.parse(text) as Partial<Dropped> & { readonly from?: string };
  return from === sender ? undefined : { keys, tags };
}
