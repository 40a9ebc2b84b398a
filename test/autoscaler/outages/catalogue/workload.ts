import { AutoscalingV2Api } from "@kubernetes/client-node";
import { apply, loadKubeConfig } from "../../../../local/kubernetes/apply.ts";
import { until } from "../../../support/until.ts";
import { namespace } from "../cluster.ts";
import type { Outage } from "../outage.ts";

const hpa = (name: string): string => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }
  minReplicas: 8
  maxReplicas: 9
`;

export const workloadOutages: readonly Outage[] = [
  {
    name: "API server restarted",
    meanwhile: "Nothing can be read or written; the leader gives up in time and leads again at the return.",
    told: "LeaderLost, LeaderElected",
    async breaks({ cluster, seen }) {
      await cluster.controlPlane.stopApiServer();
      await seen("the leader gives up", ({ note }) => note?.kind === "LeaderLost");
    },
    async mends({ cluster, scaler }) {
      await cluster.controlPlane.startApiServer();
      await until("it leads again", () => scaler.leads(), 20);
    },
  },
  {
    name: "Target deleted and made again",
    meanwhile: "Ticks fail, nothing is decided; the new object's count is taken as it is.",
    told: "failure GetScale: … not found",
    async breaks({ cluster, name, seen }) {
      await cluster.apps.deleteNamespacedDeployment({ name, namespace });
      await seen(
        "the target is gone",
        ({ failure }) => failure?.phase === "GetScale" && /not found/.test(failure.error),
      );
    },
    async mends({ cluster, name }) {
      await cluster.deploy(name, 8);
    },
  },
  {
    name: "Write conflict",
    meanwhile:
      "A patch that is refused because the object has moved is tried again at once, if the count is still the same.",
    told: "patched",
    async breaks({ cluster, name, seen }) {
      const done = new AbortController();
      const writer = (async () => {
        for (let turn = 0; !done.signal.aborted; turn++) await cluster.annotate(name, { turn: String(turn) });
      })();
      await cluster.fill(name, 900);
      await seen(
        "the write gets through",
        ({ outcome, decision }) => outcome === "patched" && decision?.desiredReplicas === 9,
      );
      done.abort();
      await writer;
    },
    mends: () => Promise.resolve(),
  },
  {
    name: "Somebody else changes the count",
    meanwhile: "It is left alone for `foreignWrites.holdSeconds`, then taken as the present count.",
    told: "ForeignWrite",
    foreignCounts: [5],
    async breaks({ cluster, name, seen }) {
      await cluster.scaleByHand(name, 5);
      await seen(
        "the write is left alone",
        ({ decision }) => decision?.desiredReplicas === 5 && decision.limitedBy === "ForeignWrite",
      );
      await seen(
        "the hold is over",
        ({ outcome, decision }) => outcome === "patched" && decision?.currentReplicas === 5,
      );
    },
    mends: () => Promise.resolve(),
  },
  {
    name: "HorizontalPodAutoscaler on the same target",
    meanwhile: "The count is left to the other one, but for minReplicas and maxReplicas, until it is gone.",
    told: "CompetingAutoscaler",
    async breaks({ cluster, name, seen }) {
      await apply(cluster.controlPlane, hpa(name));
      await seen("the other one is seen", ({ decision }) => decision?.holds[0]?.reason === "CompetingAutoscaler", 30);
      await cluster.fill(name, 900);
      await seen(
        "it is not fought",
        ({ decision }) => decision?.recommendedReplicas === 9 && decision.limitedBy === "CompetingAutoscaler",
      );
    },
    async mends({ cluster, name }) {
      const api = loadKubeConfig(cluster.controlPlane.kubeconfigFile).makeApiClient(AutoscalingV2Api);
      await api.deleteNamespacedHorizontalPodAutoscaler({ name, namespace });
    },
  },
];
