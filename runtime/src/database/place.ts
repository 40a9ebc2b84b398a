import { choose } from "./choose.ts";
import type { Context } from "./context.ts";
import { NoConnectionError } from "./errors.ts";
import { withRetries } from "./retry.ts";
import { showsIllness } from "./servers/failure.ts";
import type { Lease, Server } from "./servers/server.ts";
import { reasonBeforeStart } from "./write.ts";

/** A connection of one's own, and whose. */
export interface Place {
  readonly server: Server;
  readonly lease: Lease;
}

// Equal replicas take turns by it.
let turn = 0;

/** For a caller of its own kind, with further attempts while there is no connection. */
export function takePlace(
  context: Context,
  role: "primary" | "replica",
  signal: AbortSignal | undefined,
): Promise<Place> {
  return withRetries(() => tryPlace(context, role, signal), { reasonOf: reasonBeforeStart, signal, context });
}

/** One attempt, for a caller that has its own way of trying again. */
export async function tryPlace(
  context: Context,
  role: "primary" | "replica",
  signal: AbortSignal | undefined,
): Promise<Place> {
  return (role === "replica" ? await onReplica(context, signal) : undefined) ?? onPrimary(context, signal);
}

async function onPrimary({ primary }: Context, signal: AbortSignal | undefined): Promise<Place> {
  return { server: primary, lease: await primary.acquire(signal) };
}

/** Undefined where the primary has to do it: no replica, or none that has replayed what the scope has written. */
async function onReplica(context: Context, signal: AbortSignal | undefined): Promise<Place | undefined> {
  const { replicas, telemetry } = context;
  if (replicas.length === 0) return undefined;
  const place = await replicaPlace(context, signal);
  if (place === undefined)
    telemetry?.fallback(replicas.some(({ inRotation }) => inRotation) ? "behindWrite" : "noReplica");
  return place;
}

async function replicaPlace(context: Context, signal: AbortSignal | undefined): Promise<Place | undefined> {
  const { scopes, askPosition, replicas } = context;
  turn += 1;
  const scope = scopes.current;
  // Another write may be answered there at any moment.
  if (scope?.lends === true) return undefined;
  const needed = scope?.needed(askPosition);
  if (needed === undefined) {
    const server = choose(replicas, { turn });
    return server && { server, lease: await acquire(context, server, signal) };
  }
  // Where the primary does not tell its position, it has to answer itself.
  const position = await needed.catch(() => undefined);
  const server = position === undefined ? undefined : choose(replicas, { position, turn });
  if (position === undefined || server === undefined) return undefined;
  const lease = await acquire(context, server, signal);
  const reached = await server.replayed.reached(lease.client, position).catch(() => undefined);
  if (reached === true) return { server, lease };
  // Undefined: the question failed, so the connection is doubtful.
  lease.release(reached === undefined);
  return undefined;
}

async function acquire({ suspect }: Context, server: Server, signal: AbortSignal | undefined): Promise<Lease> {
  try {
    return await server.acquire(signal);
  } catch (error) {
    if (error instanceof NoConnectionError && showsIllness(error)) suspect(server);
    throw error;
  }
}
