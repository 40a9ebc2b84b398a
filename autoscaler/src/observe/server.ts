import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { Registry } from "prom-client";
import type { Clock } from "../ports/clock.ts";
import type { LeaderElector } from "../ports/leaderElector.ts";
import { decisionLogEntry } from "./decisionLog.ts";
import type { History } from "./history.ts";
import { notReady, summarise, type WatchedTarget } from "./targetSummary.ts";

/** What HTTP tells from; all of it is read at each request and nothing is kept. */
export interface ServerParts {
  readonly targets: readonly WatchedTarget[];
  readonly history: History;
  readonly registry: Registry;
  readonly clock: Pick<Clock, "now">;
  /** Whether this process decides: if not, it says so, and is ready as long as somebody else does. */
  readonly elector: Pick<LeaderElector, "isLeader" | "holder">;
  /** Why this process is not ready, whether it leads or not; empty: nothing besides the targets is in the way. */
  readonly hindrances: () => readonly string[];
  /** Told of an unexpected error of a request; the client sees no details. */
  readonly onError: (error: unknown) => void;
}

/** A server that has its port. */
export interface RunningServer {
  /** With the port that was bound, for a configured 0. */
  readonly url: string;
  /** Cuts connections that are open: a keep-alive scrape would otherwise hold the shutdown for seconds. */
  close(): Promise<void>;
}

/** Records when no limit is asked for: a screenful, some 150 KB. */
const defaultLimit = 50;

/** Listens; rejects when the address is taken. Port 0 means a free one. Read only: nothing here changes anything. */
export async function startServer(
  parts: ServerParts,
  { host, port }: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer(createApp(parts));
  server.listen(port, host);
  // `once` rejects at an error event, which is how a taken address shows.
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function createApp({ targets, history, registry, clock, elector, hindrances, onError }: ServerParts): Express {
  // No header names the framework: whoever looks for its weak spots need not be helped.
  const app = express().disable("x-powered-by");
  const names = new Set(targets.map(({ name }) => name));

  app.get("/metrics", async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  // An answer is the proof: the event loop turns.
  app.get("/healthz", (_request, response) => {
    response.type("text").send("ok\n");
  });
  // Ready is stricter than alive: a restart mends no broken API server, but a rollout must wait for it.
  app.get("/readyz", (_request, response) => {
    const { leader, holder } = leadershipOf(elector);
    // Whoever does not lead is ready to answer, and to take over.
    const targetsWaiting = leader ? notReady(targets, history, clock.now()) : [];
    const waiting = [...targetsWaiting, ...hindrances().map((cause) => ({ cause }))];
    const ready = waiting.length === 0 && (leader || holder !== null);
    // With the causes, since the person who wonders about a failing probe asks the same address.
    response.status(ready ? 200 : 503).json({ ready, leader, holder, notReady: waiting });
  });
  // All targets, also those that are not decided on: whoever asks is looking for exactly these.
  app.get("/v1/targets", (_request, response) => {
    response.json({ ...leadershipOf(elector), targets: targets.map((target) => summarise(target, history)) });
  });
  // The records of the decision log, so that the input of one can be given to `decide`.
  app.get("/v1/targets/:name/decisions", (request, response) => {
    const { name } = request.params;
    const limit = parseLimit(request.query["limit"], history.capacity);
    // JSON.stringify quotes what the client sent, so that it cannot break out of the message.
    if (!names.has(name)) response.status(404).json({ error: `unknown target ${JSON.stringify(name)}` });
    else if (typeof limit === "object") response.status(400).json(limit);
    else response.json({ decisions: history.list(name, limit).map(decisionLogEntry) });
  });
  app.use((request, response) => {
    response.status(404).json({ error: `nothing at ${request.path}` });
  });
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    onError(error);
    response.status(500).json({ error: "internal error" });
  });
  return app;
}

/** Only the leader decides: what another process tells of a target is from an earlier term. */
function leadershipOf(elector: ServerParts["elector"]): { leader: boolean; holder: string | null } {
  return { leader: elector.isLeader(), holder: elector.holder() ?? null };
}

/** An error body that names key, bounds and value, so that a script can tell its mistake without reading prose. */
interface BadLimit {
  readonly error: string;
  readonly key: "limit";
  readonly minimum: number;
  readonly maximum: number;
  readonly value: unknown;
}

function parseLimit(value: unknown, maximum: number): number | BadLimit {
  if (value === undefined) return Math.min(defaultLimit, maximum);
  // Nine digits at most: longer ones would lose precision before they are compared.
  const limit = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (limit >= 1 && limit <= maximum) return limit;
  const error = `limit must be a whole number from 1 to ${maximum}, not ${JSON.stringify(value)}`;
  return { error, key: "limit", minimum: 1, maximum, value };
}
