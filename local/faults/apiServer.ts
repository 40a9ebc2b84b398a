import { request, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import type { KubeConfig } from "@kubernetes/client-node";
import { loadKubeConfig } from "../kubernetes/apply.ts";

/** What the API server, or what it passed the request on to, answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

export interface ApiCall {
  readonly method?: "GET" | "PATCH" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
}

/** A longer answer counts as none. */
const timeoutMilliseconds = 20_000;

/** Plain requests to an API server, for what the typed client has no words for: proxies, raw paths and strangers. */
export class ApiServer {
  readonly config: KubeConfig;

  constructor(kubeconfigFile: string) {
    this.config = loadKubeConfig(kubeconfigFile);
  }

  /** As the kubeconfig's user. */
  async call(path: string, call: ApiCall = {}): Promise<ApiAnswer> {
    const options: RequestOptions = {};
    await this.config.applyToHTTPSOptions(options);
    const { authorization } = (options.headers ?? {}) as Record<string, string | undefined>;
    // Where the kubeconfig has a token instead of a certificate.
    const headers = { ...(authorization !== undefined && { authorization }), ...call.headers };
    return this.#send(path, { ...call, headers }, options);
  }

  /** As nobody, or as whoever the headers name. */
  callAsStranger(path: string, call: ApiCall = {}): Promise<ApiAnswer> {
    const authority = this.config.getCurrentCluster()?.caData;
    return this.#send(path, call, authority === undefined ? {} : { ca: Buffer.from(authority, "base64") });
  }

  /** The body; rejects with the answer's own words unless it is a success. */
  async get(path: string): Promise<string> {
    const { status, body } = await this.call(path);
    if (status !== 200) throw new Error(`${path} was answered with ${status}: ${body.slice(0, 200)}`);
    return body;
  }

  #send(path: string, { method = "GET", headers, body }: ApiCall, options: RequestOptions): Promise<ApiAnswer> {
    const server = this.config.getCurrentCluster()?.server ?? "";
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const asked = request(`${server}${path}`, {
        ...{ ...options, method, timeout: timeoutMilliseconds },
        headers: { ...(sent !== undefined && { "content-type": "application/json" }), ...headers },
      });
      asked.once("response", (response) => {
        text(response).then((answer) => {
          resolve({ status: response.statusCode ?? 0, body: answer });
        }, reject);
      });
      asked.once("error", reject);
      asked.once("timeout", () => asked.destroy(new Error(`${path} was not answered in time`)));
      asked.end(sent);
    });
  }
}
