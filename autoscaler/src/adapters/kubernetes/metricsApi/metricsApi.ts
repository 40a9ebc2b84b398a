import { constants } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { SecureContextOptions } from "node:tls";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import { describeApiError } from "../api/apiError.ts";
import { onChange } from "../api/notices.ts";
import { ConfigMap } from "../state/configMap.ts";
import { AccessReviewer } from "./accessReviewer.ts";
import { createApp } from "./app.ts";
import { parseAuthentication, type AuthenticationConfig } from "./authentication.ts";
import { Authenticator } from "./authenticator.ts";
import type { ServedMetric } from "./servedMetrics.ts";
import { readTlsPair, type TlsFiles, type TlsPair } from "./tlsFiles.ts";
import { TokenReviewer } from "./tokenReviewer.ts";

/** What is served, where and with what. */
export interface MetricsApiOptions extends TlsFiles {
  readonly host: string;
  readonly port: number;
  readonly metrics: readonly ServedMetric[];
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  /** Hears the HTTP status of each answer. */
  readonly onRequest: (code: number) => void;
  /** Hears of certificates and authorities that cannot be read, where what was read last still counts, and of failed reviews. */
  readonly onNotice: (notice: string) => void;
  readonly onError: (error: unknown) => void;
}

/** The API server keeps a handful; who holds connections without asking must not take all memory or all time. */
const maxConnections = 200;
const limits = {
  // A user with hundreds of groups has a header for each: as large as Go's servers take at most without being told.
  maxHeaderSize: 256 * 1024,
  headersTimeout: 10_000,
  handshakeTimeout: 10_000,
} as const;

/** So long a request under way may take at the end of the process. */
const closeSeconds = 3;

/** custom.metrics.k8s.io for the aggregation layer, on an HTTPS server of its own. */
export class MetricsApi {
  readonly #options: MetricsApiOptions;
  readonly #server: Server;
  readonly #trust: ConfigMap;
  #pair: TlsPair;
  #authentication: AuthenticationConfig | undefined;
  /** Each told when it changes, since both are read again every few seconds. */
  readonly #onPair: (failure: string | undefined) => void;
  readonly #onTrust: (failure: string | undefined) => void;
  /** What the server shows and trusts now. */
  #shown = "";

  private constructor(options: MetricsApiOptions, pair: TlsPair) {
    const { kubeConfig, clock, metrics, onRequest, onNotice, onError } = options;
    this.#options = options;
    this.#pair = pair;
    this.#trust = new ConfigMap(kubeConfig, "kube-system", "extension-apiserver-authentication");
    this.#onPair = onChange(onNotice);
    this.#onTrust = onChange(onNotice);
    const tokens = new TokenReviewer(kubeConfig, clock, onNotice);
    const authenticator = new Authenticator({ config: () => this.#authentication, tokens, clock });
    const access = new AccessReviewer(kubeConfig, clock, onNotice);
    const isReady = (): boolean => this.isReady;
    const app = createApp({ metrics, authenticator, access, clock, isReady, onRequest, onError });
    // Not refused in the handshake: who has a token needs no certificate, and who has neither is told so.
    this.#server = createServer({ ...this.#context(), ...limits, requestCert: true, rejectUnauthorized: false }, app);
    this.#server.maxConnections = maxConnections;
  }

  /** Listens. Rejects when the certificate cannot be used or the address is taken; the API server may be away. */
  static async start(options: MetricsApiOptions): Promise<MetricsApi> {
    const api = new MetricsApi(options, await readTlsPair(options));
    const { host, port } = options;
    api.#server.listen(port, host);
    await once(api.#server, "listening");
    return api;
  }

  /** Whether callers can be told apart. */
  get isReady(): boolean {
    return this.#authentication !== undefined;
  }

  /** The port that was bound, for a configured 0. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Reads certificate and authorities again, since both are renewed in place. Resolves to whether both could be read. */
  async refresh(signal: AbortSignal): Promise<boolean> {
    const attempt = async (read: Promise<void>, tell: (failure: string | undefined) => void): Promise<boolean> => {
      try {
        await read;
        tell(undefined);
        return true;
      } catch (error) {
        if (!signal.aborted) tell(describeApiError(error));
        return false;
      }
    };
    const results = await Promise.all([
      attempt(this.#readPair(), this.#onPair),
      attempt(this.#readTrust(signal), this.#onTrust),
    ]);
    const context = this.#context();
    const shown = JSON.stringify(context);
    // Connections that are open keep what they began with; new ones get the new certificate.
    if (shown !== this.#shown) this.#server.setSecureContext(context);
    this.#shown = shown;
    return results.every(Boolean);
  }

  /** Lets requests under way end, for 3 s at most. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    const cut = setTimeout(() => {
      this.#server.closeAllConnections();
    }, closeSeconds * 1000);
    await closed;
    clearTimeout(cut);
  }

  async #readPair(): Promise<void> {
    this.#pair = await readTlsPair(this.#options);
  }

  async #readTrust(signal: AbortSignal): Promise<void> {
    const { namespace, name } = this.#trust;
    try {
      const read = await this.#trust.read(signal);
      if (read === undefined) throw new Error("there is none");
      this.#authentication = parseAuthentication(read.data);
    } catch (error) {
      throw new Error(`ConfigMap ${namespace}/${name}: ${describeApiError(error)}`, { cause: error });
    }
  }

  #context(): SecureContextOptions {
    const { clientAuthorities = [], proxyAuthorities = [] } = this.#authentication ?? {};
    return {
      ...this.#pair,
      // Never absent: then Node would trust the public authorities. Clients choose their certificate by these names.
      ca: [...clientAuthorities, ...proxyAuthorities].map(String),
      minVersion: "TLSv1.2",
      // A resumed session would keep a verdict of authorities that have been taken away since.
      secureOptions: constants.SSL_OP_NO_TICKET,
    };
  }
}
