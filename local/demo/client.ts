import { Agent, request as send, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";

/** What came back from the gateway, and how long it took. */
export interface Answer {
  /** 0 where there was no answer at all. */
  readonly status: number;
  readonly seconds: number;
  /** Parsed JSON; undefined unless the status is a success. */
  readonly body?: unknown;
}

export interface ClientOptions {
  /** Of the gateway, without a path. */
  readonly url: string;
  /** Whose workflows these are. */
  readonly userId: string;
  /** An answer that takes longer counts as none. */
  readonly timeoutSeconds: number;
}

export interface CallOptions {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client that keeps its connections. `call` never rejects: a failure is an answer too. */
export class Client {
  readonly #options: ClientOptions;
  // No bound on connections: a request that waits for a free one would be a client that waits for the server.
  readonly #agent = new Agent({ keepAlive: true });

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async call(method: "GET" | "POST", path: string, options: CallOptions = {}): Promise<Answer> {
    const begun = performance.now();
    const since = (): number => (performance.now() - begun) / 1000;
    try {
      const response = await this.#send(method, path, options);
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return { status, body: await json(response), seconds: since() };
      response.resume();
      return { status, seconds: since() };
    } catch {
      return { status: 0, seconds: since() };
    }
  }

  /** A streamed answer line by line. Rejects unless the whole of it comes. */
  async *lines(path: string): AsyncGenerator {
    const response = await this.#send("GET", path, {});
    if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode ?? "nothing"}`);
    let rest = "";
    for await (const chunk of response.setEncoding("utf8") as AsyncIterable<string>) {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) yield JSON.parse(part);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, { body, headers }: CallOptions): Promise<IncomingMessage> {
    const { url, userId, timeoutSeconds } = this.#options;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = send(`${url}${path}`, {
        ...{ method, agent: this.#agent, timeout: timeoutSeconds * 1000 },
        headers: {
          "x-user-id": userId,
          ...(text !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
          ...headers,
        },
      });
      request.once("response", resolve).once("error", reject);
      request.once("timeout", () => request.destroy(new Error("no answer in time")));
      request.end(text);
    });
  }
}
