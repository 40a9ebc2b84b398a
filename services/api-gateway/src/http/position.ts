import type { Database, Position } from "@jobsprint/runtime/database";
import type { Response } from "express";
import { orAborted } from "./orAborted.ts";
import { Problem } from "./problems.ts";

const header = "x-read-after";

/** Hands the place of the last write to the client, who sends it back to read its own writes. */
export async function tellPosition(database: Database, response: Response, signal: AbortSignal): Promise<void> {
  // The write has happened: a primary that went away right after it must not turn the answer into a failure.
  const asked = database.position().catch(() => undefined);
  const position = await orAborted(asked, signal);
  if (position !== undefined) response.setHeader(header, position);
}

/** What a client sends back in the same header. */
export function readAfter(text: string | undefined): Position | undefined {
  if (text === undefined || /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i.test(text)) return text;
  const message = "must be what an earlier answer has handed out in it";
  throw new Problem(400, "the request is not valid", { errors: [{ path: `headers.${header}`, message }] });
}
