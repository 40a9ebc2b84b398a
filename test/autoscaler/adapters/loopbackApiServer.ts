import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import type { ManualClock } from "../control/manualClock.ts";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export const status =
  (code: number, message: string, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, message }));
  };

export const json =
  (body: unknown): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };

export const hang: Answer = () => undefined;

/** Says what a test tells it to say, for what a real API server would rarely say. */
export class LoopbackApiServer {
  /** One for each request, in turn; after the last it hangs. */
  answers: Answer[] = [];
  requests: string[] = [];
  connections = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  readonly kubeconfigFile = join(this.#folder, "config");
  readonly #server = createServer((request, response) => {
    this.requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    (this.answers.shift() ?? hang)(request, response);
  });

  async start(): Promise<void> {
    this.#server.on("connection", () => this.connections++);
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const kubeConfig = new KubeConfig();
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    kubeConfig.loadFromClusterAndUser({ name: "c", server: url, skipTLSVerify: true }, { name: "u", token: "s3cret" });
    writeFileSync(this.kubeconfigFile, kubeConfig.exportConfig());
  }

  /** A client with connections of its own. */
  api(): CustomObjectsApi {
    return loadKubeConfig(this.kubeconfigFile).makeApiClient(CustomObjectsApi);
  }

  reset(): void {
    this.answers = [];
    this.requests = [];
    this.connections = 0;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Moves the clock on until the call has ended. */
export async function settled<T>(call: Promise<T>, clock: ManualClock): Promise<T> {
  const progress = { ended: false };
  const marked = call.finally(() => (progress.ended = true));
  marked.catch(() => undefined);
  while (!progress.ended) await clock.advance(0.1);
  return marked;
}
