import { KubeConfig, Observable } from "@kubernetes/client-node";
import type { ConfigurationOptions, RequestContext } from "@kubernetes/client-node";

type DispatcherArguments = Parameters<KubeConfig["createDispatcherOptions"]>;
type DispatcherOptions = ReturnType<KubeConfig["createDispatcherOptions"]>;
type Dispatcher = NonNullable<ReturnType<RequestContext["getDispatcher"]>>;

/** Certificates may rotate, so a pool of connections does not live for ever. */
const connectionPoolSeconds = 600;

/** The library builds a new connection pool for each request: without this, every call would pay a TLS handshake. */
class PooledKubeConfig extends KubeConfig {
  /** `expiresAt` in milliseconds of `performance.now`, which nobody can set. */
  #pool: { readonly dispatcher: Dispatcher; readonly expiresAt: number } | undefined;

  /**
   * HTTP/1.1 alone: with Node 24.21 and undici 8.12 an HTTP/2 session to an API server that went away was seen to spin in
   * nghttp2_session_pack_data for ever, without an event loop and with memory growing by 50 MB a second.
   */
  override createDispatcherOptions(...given: DispatcherArguments): DispatcherOptions {
    // A proxy brings a dispatcher of another type, a cluster without certificates none.
    const options = super.createDispatcherOptions(...given);
    if (options.type !== "agent") return options;
    // The connector's own option wins over the pool's, which the library does not let us set.
    const connect = Object.assign({}, options.connect, { allowH2: false });
    return { ...options, connect };
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    const dispatcher = context.getDispatcher();
    // Without certificates of its own the library leaves the choice to fetch.
    if (dispatcher === undefined) return;
    const now = performance.now();
    // Open requests of the old pool end by themselves; nothing new is put on it.
    if (this.#pool === undefined || now > this.#pool.expiresAt)
      this.#pool = { dispatcher, expiresAt: now + connectionPoolSeconds * 1000 };
    context.setDispatcher(this.#pool.dispatcher);
  }
}

/** Credentials from a kubeconfig file, or from the pod's service account when no file is given; the library re-reads its token every minute. */
export function loadKubeConfig(kubeconfigFile?: string): KubeConfig {
  const kubeConfig = new PooledKubeConfig();
  if (kubeconfigFile !== undefined) {
    kubeConfig.loadFromFile(kubeconfigFile);
    if (kubeConfig.getCurrentCluster() === null)
      throw new Error(`kubeconfig "${kubeconfigFile}": its current-context names no cluster`);
    return kubeConfig;
  }
  kubeConfig.loadFromCluster();
  // Outside a cluster the library makes up a server named "undefined".
  if (kubeConfig.getCurrentCluster()?.server.includes("undefined") !== false)
    throw new Error(
      "no kubeconfig file is given, and KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is no pod",
    );
  return kubeConfig;
}

/**
 * Options of one call: it ends at the caller's signal or after `timeoutSeconds`, whichever is first. `beforeSend` runs when
 * everything else is ready, right before the request goes out; it may change the request, and what it throws ends the call.
 */
export function callOptions(
  signal: AbortSignal,
  timeoutSeconds: number,
  beforeSend?: (context: RequestContext) => void,
): ConfigurationOptions {
  // Both: a tick that ends early must not leave a call behind, and a call without an end must not hold a tick.
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
  return {
    middleware: [
      {
        pre: (context) => {
          // Last of all: between the decision and here the token may have been fetched anew, which takes time.
          beforeSend?.(context);
          context.setSignal(deadline);
          return new Observable(Promise.resolve(context));
        },
        post: (response) => new Observable(Promise.resolve(response)),
      },
    ],
    // The default would replace the client's own middleware.
    middlewareMergeStrategy: "append",
  };
}
