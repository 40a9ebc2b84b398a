import { namespace } from "../pods.ts";
import type { Check } from "./check.ts";

const scaleOf = (name: string): string => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale?dryRun=All`;

/** A real call with the account's own token, and the status it must get. */
const calls: readonly {
  readonly what: string;
  readonly method: "GET" | "PATCH";
  readonly path: string;
  readonly status: number;
}[] = [
  { what: "patch the workers' count", method: "PATCH", path: scaleOf("workflow-worker"), status: 200 },
  { what: "patch the gateway's count", method: "PATCH", path: scaleOf("api-gateway"), status: 403 },
  { what: "patch the autoscaler's own count", method: "PATCH", path: scaleOf("autoscaler"), status: 403 },
  { what: "list pods", method: "GET", path: `/api/v1/namespaces/${namespace}/pods`, status: 200 },
  { what: "list Secrets", method: "GET", path: `/api/v1/namespaces/${namespace}/secrets`, status: 403 },
  { what: "read one Secret", method: "GET", path: `/api/v1/namespaces/${namespace}/secrets/redis-auth`, status: 403 },
  { what: "list pods of kube-system", method: "GET", path: "/api/v1/namespaces/kube-system/pods", status: 403 },
];

export const rightsChecks: readonly Check[] = [
  {
    name: "The autoscaler's account may scale its targets and little else",
    async run(scene) {
      const headers = { authorization: `Bearer ${await scene.pods.tokenOf("autoscaler")}` };
      const patch = { "content-type": "application/merge-patch+json" };
      const problems: string[] = [];
      for (const { what, method, path, status: expected } of calls) {
        const change = method === "PATCH" ? { headers: { ...headers, ...patch }, body: { spec: {} } } : { headers };
        const { status } = await scene.api.callAsStranger(path, { method, ...change });
        if (status !== expected) problems.push(`${what}: ${status} instead of ${expected}`);
      }
      return { seen: calls.map(({ what, status }) => `${what}: ${status}`).join("; "), problems };
    },
  },
];
