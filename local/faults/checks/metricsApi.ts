import { namespace } from "../pods.ts";
import type { Scene } from "../fault.ts";
import type { Check } from "./check.ts";

const group = "/apis/custom.metrics.k8s.io/v1beta2";
const metric = `${group}/namespaces/${namespace}/pods/*/requests_per_second`;
/** The server itself, past the part of the API server that aggregates: no certificate of the front proxy comes with it. */
const direct = `/api/v1/namespaces/${namespace}/services/https:autoscaler:443/proxy${metric}`;
const pretended = { "x-remote-user": "admin", "x-remote-group": "system:masters" };

/** Who asks, and the status that must come. */
const callers: readonly {
  readonly who: string;
  readonly status: readonly number[];
  readonly ask: (scene: Scene) => Promise<{ readonly status: number }>;
}[] = [
  { who: "the administrator", status: [200], ask: ({ api }) => api.call(metric) },
  { who: "nobody", status: [401, 403], ask: ({ api }) => api.callAsStranger(metric) },
  {
    who: "an account without rights",
    status: [403],
    async ask({ api, pods }) {
      return api.callAsStranger(metric, { headers: { authorization: `Bearer ${await pods.tokenOf("default")}` } });
    },
  },
  { who: "somebody past the aggregation layer", status: [401, 403], ask: ({ api }) => api.call(direct) },
  {
    who: "the same, with the headers of a front proxy",
    status: [401, 403],
    ask: ({ api }) => api.call(direct, { headers: pretended }),
  },
];

export const metricsApiChecks: readonly Check[] = [
  {
    name: "custom.metrics.k8s.io answers whoever may ask, and nobody else",
    async run(scene) {
      const found = await Promise.all(
        callers.map(async ({ who, status: expected, ask }) => ({ who, expected, status: (await ask(scene)).status })),
      );
      return {
        seen: found.map(({ who, status }) => `${who}: ${status}`).join("; "),
        problems: found
          .filter(({ expected, status }) => !expected.includes(status))
          .map(({ who, status, expected }) => `${who} got ${status} instead of ${expected.join(" or ")}`),
      };
    },
  },
];
