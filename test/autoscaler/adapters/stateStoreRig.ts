import { CoreV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { RequestContext } from "@kubernetes/client-node";
import assert from "node:assert/strict";
import { loadKubeConfig } from "../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { ConfigMapStateStore } from "../../../autoscaler/src/adapters/kubernetes/state/configMapStateStore.ts";
import type { ConfigMapStateStoreOptions } from "../../../autoscaler/src/adapters/kubernetes/state/configMapStateStore.ts";
import type { DecodedState } from "../../../autoscaler/src/adapters/kubernetes/state/stateMap.ts";
import { systemClock } from "../../../autoscaler/src/adapters/system/systemClock.ts";
import { seedState } from "../../../autoscaler/src/core/state.ts";
import type { State } from "../../../autoscaler/src/core/state.ts";
import { apply } from "../../../local/kubernetes/apply.ts";
import { startControlPlane } from "../../../local/kubernetes/controlPlane.ts";
import type { ControlPlane } from "../../../local/kubernetes/controlPlane.ts";

export const namespace = "default";
export const intervalSeconds = 0.4;
const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

// Five maps for each of 20 tests.
const maps = Array.from({ length: 100 }, (_, index) => `state-${1 + Math.floor(index / 5)}-${index % 5}`);

// What the store needs, and nothing else.
const leastPrivilege = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: store, namespace: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: store, namespace: ${namespace} }
rules:
  - { apiGroups: [""], resources: [configmaps], verbs: [create] }
  - { apiGroups: [""], resources: [configmaps], resourceNames: [${maps.join(", ")}], verbs: [get, patch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: store, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: store }
subjects: [{ kind: ServiceAccount, name: store, namespace: ${namespace} }]
`;

/** A state of one count, decided at `at`. */
export const state = (replicas: number, at = 1000): State => seedState(at, replicas, replicas);
export const replicasOf = (one: State | null): number | undefined => one?.recommendations[0]?.replicas;

function decode(_target: string, text: string): DecodedState {
  try {
    return { state: JSON.parse(text) as State };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : "not read" };
  }
}

export interface Opened {
  readonly store: ConfigMapStateStore;
  /** "PATCH name-0" */
  readonly writes: string[];
  readonly failures: string[];
  mayWrite: boolean;
  offsetSeconds: number;
  sleeping: number;
}

/** Stores of one name on a real control plane, as one service account that may do what they need. */
export class StateStoreRig {
  readonly cluster: ControlPlane;
  readonly core: CoreV1Api;
  readonly #kubeconfigFile: string;
  name = "";
  #count = 0;
  #opened: Opened[] = [];

  constructor(cluster: ControlPlane, kubeconfigFile: string) {
    this.cluster = cluster;
    this.core = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(CoreV1Api);
    this.#kubeconfigFile = kubeconfigFile;
  }

  static async start(): Promise<StateStoreRig> {
    const cluster = await startControlPlane();
    await apply(cluster, leastPrivilege);
    return new StateStoreRig(cluster, await cluster.kubeconfigFor({ serviceAccount: "store", namespace }));
  }

  /** The next test's own maps. */
  next(): void {
    this.name = `state-${++this.#count}`;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#opened.map(({ store }) => store.close()));
    this.#opened = [];
  }

  create(differences: Partial<ConfigMapStateStoreOptions> = {}): Opened {
    const kubeConfig = loadKubeConfig(this.#kubeconfigFile);
    const authenticate = kubeConfig.applySecurityAuthentication.bind(kubeConfig);
    // Every call passes here, so that writes are counted as they go out.
    kubeConfig.applySecurityAuthentication = (context: RequestContext) => {
      const method = context.getHttpMethod();
      if (method !== "GET") made.writes.push(`${method} ${context.getUrl().split("/").at(-1) ?? ""}`);
      return authenticate(context);
    };
    const store = new ConfigMapStateStore({
      ...{ kubeConfig, namespace, name: this.name, targets: ["a", "b", "c"], intervalSeconds, restampSeconds: 30 },
      clock: {
        now: () => systemClock.now() + made.offsetSeconds,
        random: () => 0,
        async sleep(seconds, end) {
          made.sleeping++;
          await systemClock.sleep(seconds, end);
          made.sleeping--;
        },
      },
      mayWrite: () => made.mayWrite,
      onFailure: (text) => made.failures.push(text),
      ...{ encode: (_, one) => JSON.stringify(one), decode, substance: (one) => String(replicasOf(one)) },
      ...differences,
    });
    const made: Opened = { store, writes: [], failures: [], mayWrite: true, offsetSeconds: 0, sleeping: 0 };
    this.#opened.push(made);
    return made;
  }

  async open(differences: Partial<ConfigMapStateStoreOptions> = {}): Promise<Opened> {
    const made = this.create(differences);
    assert.deepEqual(await made.store.open(new AbortController().signal), []);
    return made;
  }

  async read(index = 0): Promise<Record<string, string>> {
    return (await this.core.readNamespacedConfigMap({ namespace, name: `${this.name}-${index}` })).data ?? {};
  }

  /** Target → the count in its stored state. */
  async stored(index = 0): Promise<Record<string, number | undefined>> {
    const texts = Object.entries(await this.read(index));
    return Object.fromEntries(texts.map(([key, text]) => [key, replicasOf(JSON.parse(text) as State)]));
  }

  /** When the stored state was decided. */
  async decidedAt(key: string): Promise<number | undefined> {
    return (JSON.parse((await this.read())[key] ?? "{}") as Partial<State>).recommendations?.[0]?.at;
  }

  /** Another writer. */
  async patch(data: Record<string, string>): Promise<void> {
    await this.core.patchNamespacedConfigMap({ namespace, name: `${this.name}-0`, body: { data } }, mergePatch);
  }
}
