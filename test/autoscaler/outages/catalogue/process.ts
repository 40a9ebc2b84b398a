import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../../../support/until.ts";
import { namespace } from "../cluster.ts";
import type { Outage, Rig } from "../outage.ts";
import type { LogLine } from "../scaler.ts";

const settableClock = fileURLToPath(new URL("../settableClock.ts", import.meta.url));

function setClock({ scaler }: Rig, seconds: number): void {
  writeFileSync(join(scaler.folder, "offset"), String(seconds));
  scaler.signal("SIGUSR2");
}

const now = ({ input }: LogLine): number => input?.now ?? NaN;

/** Long enough that a takeover lies well within it. */
const longWindow = {
  behavior: {
    scaleUp: { policies: [{ type: "Pods", value: 100, periodSeconds: 1 }] },
    scaleDown: { stabilizationWindowSeconds: 20, policies: [{ type: "Percent", value: 100, periodSeconds: 1 }] },
  },
};

const held = ({ decision }: LogLine): boolean =>
  decision?.limitedBy === "ScaleDownStabilized" && decision.desiredReplicas === 8;

export const processOutages: readonly Outage[] = [
  {
    name: "Leader killed in the middle of a long window",
    meanwhile: "The other replica takes over with the stored state: the window goes on where it was.",
    told: "LeaderElected; ScaleDownStabilized",
    twoReplicas: true,
    successor: "second",
    options: () => ({ target: longWindow }),
    async breaks({ cluster, name, scaler, second, seen }) {
      await cluster.fill(name, 300);
      await seen("the window holds", held);
      const begun = now(scaler.log().find(held) ?? {});
      await until("the state is stored", async () => {
        const { data } = await cluster.core.readNamespacedConfigMap({ name: `${name}-0`, namespace });
        return /"replicas":3/.test(data?.[name] ?? "");
      });
      await scaler.kill();
      await until("the window holds on", () => second?.log().some(held) ?? false, 20);
      const first = second?.log().find(({ decision }) => decision !== undefined);
      const left = first?.decision?.timers.find(({ name: timer }) => timer === "scale-down window")?.secondsLeft ?? NaN;
      // What the first leader had already waited is not waited again.
      if (!(Math.abs(left - (20 - (now(first ?? {}) - begun))) < 3)) throw new Error(`${left} s are left`);
      await cluster.fill(name, 800);
    },
    mends: () => Promise.resolve(),
  },
  {
    name: "Restart with 12 replicas and without a stored state",
    meanwhile: "The present count counts as a recommendation: nothing falls before the scale-down window is over.",
    told: "ScaleDownStabilized",
    options: () => ({ top: { state: { store: "memory" } } }),
    foreignCounts: [8],
    async breaks({ cluster, name, scaler }) {
      await scaler.stop();
      await cluster.scaleByHand(name, 12);
      const before = scaler.log().length;
      await scaler.launch();
      const after = (): LogLine[] => scaler.log().slice(before);
      await until("the count falls after the window", () =>
        after().some(({ decision }) => decision?.direction === "down"),
      );
      const first = after().find(({ decision }) => decision !== undefined);
      const fall = after().find(({ decision }) => decision?.direction === "down");
      if (first?.decision?.limitedBy !== "ScaleDownStabilized") throw new Error("the first decision holds nothing");
      if (now(fall ?? {}) - now(first) < 2) throw new Error("the count fell within the window");
    },
    mends: () => Promise.resolve(),
  },
  {
    name: "Clock jumping forward and back",
    meanwhile: "Windows and timers go along with the clock; the lease, which has run out by one clock, is won again.",
    told: "LeaderLost, LeaderElected; ScaleDownStabilized",
    options: () => ({ preload: settableClock, target: longWindow }),
    async breaks(rig) {
      await rig.cluster.fill(rig.name, 300);
      await rig.seen("the window holds", held);
      for (const offset of [3600, -3600]) {
        const before = rig.scaler.log().length;
        setClock(rig, offset);
        await until("the window holds on", () => rig.scaler.log().slice(before).some(held), 15);
      }
      await rig.cluster.fill(rig.name, 800);
    },
    mends(rig) {
      setClock(rig, 0);
      return until("it leads", () => rig.scaler.leads());
    },
  },
  {
    name: "Lease deleted",
    meanwhile: "The leader makes it again at its next renewal and stays the leader.",
    told: "nothing: no decision is lost",
    twoReplicas: true,
    async breaks({ cluster, name, scaler, second }) {
      await cluster.leases.deleteNamespacedLease({ name, namespace });
      await until("the lease is there again", async () => {
        const { spec } = await cluster.leases.readNamespacedLease({ name, namespace });
        return (spec?.holderIdentity ?? "") !== "";
      });
      if (!(await scaler.leads()) || (await second?.leads())) throw new Error("the leader has changed");
    },
    mends: () => Promise.resolve(),
  },
  {
    name: "Stored state corrupted",
    meanwhile: "It is refused with the reason, and the target begins with its present count.",
    told: "StateRefused: the stored state is no JSON object",
    async breaks({ cluster, name, scaler, seen }) {
      await scaler.stop();
      await cluster.corruptState(name);
      await scaler.launch();
      await seen("it is refused", ({ note }) => note?.kind === "StateRefused" && /no JSON object/.test(note.detail));
    },
    mends: () => Promise.resolve(),
  },
];
