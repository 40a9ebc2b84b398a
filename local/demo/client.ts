import { Agent, request as sendPlain, type IncomingMessage } from "node:http";
import { request as sendEncrypted, type Agent as EncryptedAgent } from "node:https";
import { text as readText } from "node:stream/consumers";

/** What came back, and how long it took. */
export interface Answer {
  /** 0 where there was no answer at all. */
  readonly status: number;
  readonly seconds: number;
  /** Parsed JSON; undefined unless the status is a success. */
  readonly body?: unknown;
}

/** How a server is reached. */
export interface Address {
  /** Requests' paths are put behind it. */
  readonly url: string;
  /** Kept connections without a bound when absent. */
  readonly agent?: Agent | EncryptedAgent;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ClientOptions extends Address {
  /** Whose workflows these are, where the gateway is asked. */
  readonly userId?: string;
  /** An answer that takes longer counts as none. */
  readonly timeoutSeconds: number;
}

export interface CallOptions {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTTP client of one server. */
export class Client {
  readonly #options: ClientOptions;
  readonly #agent: Agent | EncryptedAgent;

  constructor(options: ClientOptions) {
    this.#options = options;
    // No bound on connections: a request that waits for a free one would be a client that waits for the server.
    this.#agent = options.agent ?? new Agent({ keepAlive: true });
  }

  /** Never rejects: a failure is an answer too. */
  async call(method: "GET" | "POST", path: string, options: CallOptions = {}): Promise<Answer> {
    const begun = performance.now();
    const since = (): number => (performance.now() - begun) / 1000;
    try {
      const response = await this.#send(method, path, options);
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) {
        return { status, body: JSON.parse(await readText(response)) as unknown, seconds: since() };
      }
      response.resume();
      return { status, seconds: since() };
    } catch {
      return { status: 0, seconds: since() };
    }
  }

  /** A page as it is. Rejects unless the whole of it comes. */
  async text(path: string): Promise<string> {
    return readText(await this.#receive(path));
  }

  /** A streamed answer line by line. Rejects unless the whole of it comes. */
  async *lines(path: string): AsyncGenerator {
    const response = await this.#receive(path);
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

  async #receive(path: string): Promise<IncomingMessage> {
    const response = await this.#send("GET", path, {});
    if (response.statusCode === 200) return response;
    response.resume();
    throw new Error(`${path} was answered with ${response.statusCode ?? "nothing"}, not 200`);
  }

  #send(method: string, path: string, { body, headers }: CallOptions): Promise<IncomingMessage> {
    const { url, userId, timeoutSeconds, headers: common } = this.#options;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const send = url.startsWith("https:") ? sendEncrypted : sendPlain;
    return new Promise((resolve, reject) => {
      const request = send(`${url}${path}`, {
        ...{ method, agent: this.#agent, timeout: timeoutSeconds * 1000 },
        headers: {
          ...common,
          ...(userId !== undefined && { "x-user-id": userId }),
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
