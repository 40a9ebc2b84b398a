import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** One server for the metrics port of all fake pods: their addresses are loopback ones, of which it takes any. */
export class FakePods {
  /** Of each pod; a change counts from now on. */
  #perSecond = 0;
  #counted = 0;
  #since = Date.now();
  /** Whether pods answer; otherwise they say 500. */
  answer = true;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((_request, response) => {
      if (!this.answer) response.statusCode = 500;
      response.end(`# TYPE http_requests_total counter\nhttp_requests_total ${this.#total()}\n`);
    });
  }

  static async start(): Promise<FakePods> {
    const pods = new FakePods();
    pods.#server.listen(0, "0.0.0.0");
    await once(pods.#server, "listening");
    return pods;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  set perSecond(rate: number) {
    this.#counted = this.#total();
    this.#since = Date.now();
    this.#perSecond = rate;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #total(): number {
    return this.#counted + (this.#perSecond * (Date.now() - this.#since)) / 1000;
  }
}
