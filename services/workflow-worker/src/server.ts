import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { Metrics } from "@jobsprint/runtime/metrics";

/** Where the worker can be looked at; not from outside the cluster. */
export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one, for tests. */
  readonly port: number;
  readonly registry: Metrics["registry"];
  /** Asked at each probe. Not part of liveness: a restart would not bring the broker back. */
  readonly ready: () => boolean;
}

/** Serves /metrics, /healthz and /readyz; rejects when the address is taken. */
export async function startServer({ host, port, registry, ready }: ServerOptions): Promise<Server> {
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    switch (path) {
      case "/metrics":
        response.setHeader("content-type", registry.contentType).end(await registry.metrics());
        break;
      // An answer is the proof: the event loop turns.
      case "/healthz":
        response.end("ok\n");
        break;
      case "/readyz":
        response.writeHead(ready() ? 200 : 503).end(ready() ? "ok\n" : "not subscribed to the queues\n");
        break;
      default:
        response.writeHead(404).end("not found\n");
    }
  };
  const server = createServer((request, response) => {
    answer(request.url ?? "", response).catch(() => {
      response.writeHead(500).end("internal error\n");
    });
  });
  server.listen(port, host);
  await once(server, "listening");
  return server;
}
