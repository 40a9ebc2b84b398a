import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";

/** Longer than the load balancer's 60 s: it would otherwise send a request into a connection that is being closed. */
const keepAliveMs = 65_000;

/** Listens; rejects when the address is taken. Port 0 takes a free one. */
export async function listen(listener: RequestListener, port: number, host: string): Promise<Server> {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, listener);
  server.listen(port, host);
  await once(server, "listening");
  return server;
}

/** Takes no more connections and waits for the requests under way; resolves to whether all ended in time. */
export async function closeServer(server: Server, graceSeconds: number): Promise<boolean> {
  const closed = once(server, "close").then(() => true);
  // Ends idle connections too.
  server.close();
  const timer = new AbortController();
  const timeout = new Promise<boolean>((resolve) => {
    const pending = setTimeout(resolve, graceSeconds * 1000, false);
    timer.signal.addEventListener("abort", () => {
      clearTimeout(pending);
    });
  });
  const inTime = await Promise.race([closed, timeout]);
  timer.abort();
  server.closeAllConnections();
  return inTime;
}
