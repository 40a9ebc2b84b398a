/** What the outside world reaches, and by which path. Pure. */
import { ports, workloads } from "../naming.ts";

export interface Route {
  /** Name of the Service. */
  readonly workload: string;
  /** Where its pods listen. */
  readonly port: number;
  /** Name of the Service's port. */
  readonly servicePort: string;
  /** Answers 200 while a pod is ready. */
  readonly healthPath: string;
  /** Patterns of the load balancer, five at most; none for what gets all other requests. */
  readonly paths: readonly string[];
}

/** In the order in which they are tried. The editor of n8n is in none: it is not public. */
export const routes = {
  apiGateway: {
    workload: workloads.apiGateway,
    port: ports.http,
    servicePort: "http",
    healthPath: "/healthz/ready",
    paths: ["/api/*"],
  },
  workflowWebhook: {
    workload: workloads.workflowWebhook,
    port: ports.n8n,
    servicePort: "http",
    healthPath: "/healthz/readiness",
    // The second is where a workflow waits for an answer from outside.
    paths: ["/webhook/*", "/webhook-waiting/*"],
  },
  frontend: {
    workload: workloads.frontend,
    port: ports.http,
    servicePort: "http",
    healthPath: "/healthz/ready",
    paths: [],
  },
} as const satisfies Readonly<Record<string, Route>>;

/** What the frontend names by its content, so that it never changes under its path: cached at the edge. */
export const immutablePaths = ["/assets/*", "/static/*"] as const;
