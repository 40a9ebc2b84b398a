import { ApiException, V1Namespace } from "@kubernetes/client-node";
import { parseConnections } from "../connections.ts";
import type { Scene } from "../fault.ts";
import { namespace } from "../pods.ts";
import type { Check } from "./check.ts";
import { reachable, type Target } from "./reach.ts";

/**
 * Workload → ports that serve something. Without the autoscaler's 6443: nobody knows which addresses the API server calls it
 * from, so that it asks everybody for a certificate instead.
 */
const served: Readonly<Record<string, readonly number[]>> = {
  "api-gateway": [8080, 9464],
  autoscaler: [8080],
  pgbouncer: [6432],
  postgres: [5432],
  rabbitmq: [5671, 15_671, 15_692, 4369, 25_672],
  redis: [6379, 16_379],
  prometheus: [9090],
};

/** Where no policy forbids a pod to send: what stops it is the servers' own policies. */
const elsewhere = "jobsprint-faults-probe";

/** One pod of each workload, on each port. */
async function targetsOf({ pods }: Scene): Promise<ReadonlyMap<Target, string>> {
  const states = await pods.states();
  return new Map(
    Object.entries(served).flatMap(([workload, ports]) => {
      const pod = states.find((one) => one.workload === workload && one.ready);
      if (pod === undefined) throw new Error(`no pod of ${workload} is Ready`);
      return ports.map((port): [Target, string] => [`${pod.address}:${port}`, `${pod.name}:${port}`]);
    }),
  );
}

/** Of the cluster, to which every pod may speak: without it a pod that reaches nothing would prove nothing. */
async function control({ pods }: Scene): Promise<Target> {
  const { spec } = await pods.core.readNamespacedService({ name: "kube-dns", namespace: "kube-system" });
  return `${spec?.clusterIP ?? ""}:53`;
}

async function withNamespace<T>({ pods: { core } }: Scene, work: () => Promise<T>): Promise<T> {
  await core
    .createNamespace({ body: Object.assign(new V1Namespace(), { metadata: { name: elsewhere } }) })
    .catch((error: unknown) => {
      // Left by a run that was killed.
      if (!(error instanceof ApiException && error.code === 409)) throw error;
    });
  try {
    return await work();
  } finally {
    await core.deleteNamespace({ name: elsewhere });
  }
}

/** Server, where its connections can be read → port → who is let in, and of whom there must be one. */
const callers: Readonly<Record<string, { readonly port: number; readonly from: readonly string[] }>> = {
  postgres: { port: 5432, from: ["pgbouncer"] },
  rabbitmq: { port: 5671, from: ["api-gateway", "workflow-worker", "autoscaler"] },
  redis: { port: 6379, from: ["api-gateway"] },
};

/** May also be connected: itself, probes of the node, jobs, what scrapes it. */
const tolerated: Readonly<Record<string, readonly string[]>> = {
  postgres: ["postgres", "schema"],
  rabbitmq: ["rabbitmq"],
  redis: ["redis", "redis-bootstrap", "autoscaler"],
};

/** Workloads whose pods have a connection to a server now. */
async function connectedTo({ pods }: Scene, server: string, port: number): Promise<readonly string[]> {
  const states = await pods.states();
  const members = states.filter(({ workload }) => workload === server);
  const texts = await Promise.all(
    members.map(({ name }) => pods.exec({ pod: name }, ["cat", "/proc/net/tcp", "/proc/net/tcp6"])),
  );
  const peers = texts.flatMap(parseConnections).filter((one) => one.port === port);
  return [
    ...new Set(peers.flatMap(({ peer }) => states.find(({ address }) => address === peer)?.workload ?? [])),
  ].sort();
}

export const networkChecks: readonly Check[] = [
  {
    name: "A pod of another name reaches no server, neither from the namespace nor from another one",
    async run(scene) {
      const targets = await targetsOf(scene);
      const dns = await control(scene);
      const near = await reachable(scene, { name: "stranger", namespace }, [...targets.keys()]);
      const far = await withNamespace(scene, () =>
        reachable(scene, { name: "stranger", namespace: elsewhere }, [...targets.keys(), dns]),
      );
      const told = (all: readonly Target[]): string[] => all.flatMap((target) => targets.get(target) ?? []);
      return {
        seen: `${targets.size} ports tried twice`,
        problems: [
          ...told(near).map((target) => `${target} was reached from the namespace`),
          ...told(far).map((target) => `${target} was reached from another namespace`),
          ...(far.includes(dns) ? [] : ["the other namespace's pod reached nothing at all, not even DNS"]),
        ],
      };
    },
  },
  {
    name: "Whoever is allowed is connected, and nobody else",
    async run(scene) {
      const found = await Promise.all(
        Object.entries(callers).map(async ([server, { port, from }]) => {
          const seen = await connectedTo(scene, server, port);
          const missing = from.filter((name) => !seen.includes(name));
          const others = seen.filter((name) => !from.includes(name) && tolerated[server]?.includes(name) !== true);
          return {
            seen: `${server} by ${seen.join(", ")}`,
            problems: [
              ...missing.map((name) => `${name} is not connected to ${server}`),
              ...others.map((name) => `${name} is connected to ${server}`),
            ],
          };
        }),
      );
      return { seen: found.map(({ seen }) => seen).join("; "), problems: found.flatMap(({ problems }) => problems) };
    },
  },
];
