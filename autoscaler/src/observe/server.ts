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

export interface ServerParts {
  readonly targets: readonly WatchedTarget[];
  readonly history: History;
  readonly registry: Registry;
  readonly clock: Pick<Clock, "now">;
  readonly elector: Pick<LeaderElector, "isLeader" | "holder">;
  /** Told of an unexpected error of a request; the client sees no details. */
  readonly onError: (error: unknown) => void;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

const defaultLimit = 50;

/** Listens; rejects when the address is taken. Port 0 means a free one. Read only: nothing here changes anything. */
export async function startServer(
  parts: ServerParts,
  { host, port }: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer(createApp(parts));
  server.listen(port, host);
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

function createApp({ targets, history, registry, clock, elector, onError }: ServerParts): Express {
  const app = express().disable("x-powered-by");
  const names = new Set(targets.map(({ name }) => name));

  app.get("/metrics", async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  // An answer is the proof: the event loop turns.
  app.get("/healthz", (_request, response) => {
    response.type("text").send("ok\n");
  });
  app.get("/readyz", (_request, response) => {
    const { leader, holder } = leadershipOf(elector);
    // Whoever does not lead is ready to answer, and to take over.
    const waiting = leader ? notReady(targets, history, clock.now()) : [];
    const ready = leader ? waiting.length === 0 : holder !== null;
    response.status(ready ? 200 : 503).json({ ready, leader, holder, notReady: waiting });
  });
  app.get("/v1/targets", (_request, response) => {
    response.json({ ...leadershipOf(elector), targets: targets.map((target) => summarise(target, history)) });
  });
  app.get("/v1/targets/:name/decisions", (request, response) => {
    const { name } = request.params;
    const limit = parseLimit(request.query["limit"], history.capacity);
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

interface BadLimit {
  readonly error: string;
  readonly key: "limit";
  readonly minimum: number;
  readonly maximum: number;
  readonly value: unknown;
}

function parseLimit(value: unknown, maximum: number): number | BadLimit {
  if (value === undefined) return Math.min(defaultLimit, maximum);
  const limit = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (limit >= 1 && limit <= maximum) return limit;
  const error = `limit must be a whole number from 1 to ${maximum}, not ${JSON.stringify(value)}`;
  return { error, key: "limit", minimum: 1, maximum, value };
}
