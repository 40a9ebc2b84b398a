import { Agent } from "node:http";
import type { Address, Client } from "../client.ts";
import { cacheHitRate } from "../cacheHits.ts";
import { apiServerAddress, corePath, podNames, podPath, readObject } from "./apiServer.ts";

/** The gateway's Deployment, and its Service. */
export const gateway = "api-gateway";

const port = 8080;
const metricsPort = 9464;

/** Where the gateway is asked from outside the cluster. */
export interface GatewayAddressOptions {
  readonly kubeconfigFile: string;
  /** Whether this machine has a route to the Services' addresses. */
  readonly isRouted: boolean;
}

/** The Service's own address where there is a route to it, otherwise through the API server. Both choose a Ready pod a request. */
export async function gatewayAddress(
  api: Client,
  { kubeconfigFile, isRouted }: GatewayAddressOptions,
): Promise<Address> {
  if (!isRouted) {
    const { url, ...rest } = await apiServerAddress(kubeconfigFile);
    return { ...rest, url: `${url}${corePath}/services/${gateway}:${port}/proxy` };
  }
  const service = await readObject<{ spec: { clusterIP: string } }>(api, `${corePath}/services/${gateway}`);
  if (service === undefined) throw new Error(`the cluster has no Service ${gateway}`);
  // A connection for each request, as behind a load balancer: a kept one would stay with the pod that it was opened to.
  return { url: `http://${service.spec.clusterIP}:${port}`, agent: new Agent({ keepAlive: false }) };
}

/** Of the pods that there are, since their start; null where one does not answer. */
export async function readCacheHitRate(api: Client): Promise<number | null> {
  const pods = await podNames(api, gateway);
  try {
    const pages = await Promise.all(pods.map((pod) => api.text(`${podPath(pod, metricsPort)}/metrics`)));
    return cacheHitRate(pages.join("\n"));
  } catch {
    return null;
  }
}
