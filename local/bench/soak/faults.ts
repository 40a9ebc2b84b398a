import { setTimeout as delay } from "node:timers/promises";
import { asked } from "./configuration.ts";
import type { Rig } from "./rig.ts";

export interface Fault {
  readonly name: string;
  /** It gives a process a new life, so memory is judged after the last of these. */
  readonly endsProcess?: true;
  /** Breaks something and mends it; resolves when all is there again. */
  readonly run: (rig: Rig) => Promise<void>;
}

const pausedAnnotation = "autoscaling.jobsprint.dev/paused";
const seconds = (count: number): Promise<void> => delay(count * 1000);
/** Longer than a lease: the other replica takes over meanwhile. */
const longFreezeSeconds = 12;

export const faults: readonly Fault[] = [
  {
    name: "broker stopped",
    run: ({ cluster, random, withoutBacklogChanges }) =>
      withoutBacklogChanges(async () => {
        await cluster.broker.nodes[0]?.stop();
        await seconds(2 + 12 * random());
        await cluster.broker.nodes[0]?.start();
      }),
  },
  {
    name: "broker killed",
    run: ({ cluster, random, withoutBacklogChanges }) =>
      withoutBacklogChanges(async () => {
        await cluster.broker.nodes[0]?.kill();
        await seconds(4 * random());
        await cluster.broker.nodes[0]?.start();
      }),
  },
  {
    name: "management API off",
    async run({ cluster, random }) {
      await cluster.broker.ctl(["eval", "application:stop(rabbitmq_management)."]);
      await seconds(5 + 10 * random());
      await cluster.broker.ctl(["eval", "application:start(rabbitmq_management)."]);
    },
  },
  {
    name: "API server stopped",
    async run({ cluster, random }) {
      await cluster.controlPlane.stopApiServer(random() < 0.5 ? "SIGTERM" : "SIGKILL");
      await seconds(12 * random());
      await cluster.controlPlane.startApiServer();
    },
  },
  {
    name: "leader killed",
    endsProcess: true,
    async run({ leader }) {
      const replica = await leader();
      await replica.end("SIGKILL");
      await replica.launch();
    },
  },
  {
    name: "leader terminated",
    endsProcess: true,
    async run({ leader }) {
      const replica = await leader();
      await replica.end("SIGTERM");
      await replica.launch();
    },
  },
  {
    name: "leader frozen for less than its lease",
    async run({ leader, random }) {
      const wake = (await leader()).freeze();
      await seconds(1 + 3 * random());
      wake();
    },
  },
  {
    name: "leader frozen for longer than its lease",
    async run({ leader, random }) {
      const wake = (await leader()).freeze();
      await seconds(longFreezeSeconds + 4 * random());
      wake();
    },
  },
  { name: "Lease deleted", run: ({ cluster }) => cluster.deleteLease() },
  {
    name: "stored states corrupted before a takeover",
    async run({ cluster, leader, some }) {
      // Frozen, so that it does not write them anew.
      const wake = (await leader()).freeze();
      await cluster.corruptStates(some(10));
      await seconds(longFreezeSeconds);
      wake();
    },
  },
  {
    name: "counts changed by hand",
    async run({ cluster, some, random }) {
      for (const name of some(10)) await cluster.scaleByHand(name, 1 + Math.floor(6 * random()));
    },
  },
  {
    name: "targets paused",
    async run({ cluster, some, random }) {
      const names = some(10);
      for (const name of names) await cluster.annotate(name, { [pausedAnnotation]: "both" });
      await seconds(4 + 6 * random());
      for (const name of names) await cluster.annotate(name, { [pausedAnnotation]: null });
    },
  },
  {
    name: "targets deleted and made again",
    async run({ cluster, backlogs, some, random }) {
      const names = some(5);
      for (const name of names) await cluster.remove(name);
      await seconds(5 * random());
      for (const name of names) await cluster.deploy(name, asked(backlogs.now(name)));
    },
  },
];
