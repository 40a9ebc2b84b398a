import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppsV1Api, CoordinationV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { apply, loadKubeConfig } from "../../kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../kubernetes/controlPlane.ts";
import { startKwok } from "../../kubernetes/kwok.ts";
import { temporaryFolder } from "../../process.ts";
import { startRabbitmq, type Rabbitmq } from "../../servers/rabbitmq.ts";

export const namespace = "jobsprint";
export const leaseName = "soak";
export const configMapName = "soak-state";

const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

// All that anybody writes on counts and leadership, with the revision of each write: one order without any clock.
const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "RequestResponse",
      verbs: ["create", "update", "patch", "delete"],
      namespaces: [namespace],
      resources: [
        { group: "apps", resources: ["deployments", "deployments/scale"] },
        { group: "coordination.k8s.io", resources: ["leases"] },
      ],
    },
    { level: "None" },
  ],
};

/** The real parts that a soak breaks and mends. */
export class Cluster {
  readonly controlPlane: ControlPlane;
  readonly broker: Rabbitmq;
  /** JSON lines of the API server's audit. */
  readonly auditLog: string;
  readonly #apps: AppsV1Api;
  readonly #core: CoreV1Api;
  readonly #leases: CoordinationV1Api;

  private constructor(controlPlane: ControlPlane, broker: Rabbitmq, auditLog: string) {
    this.controlPlane = controlPlane;
    this.broker = broker;
    this.auditLog = auditLog;
    const kubeConfig = loadKubeConfig(controlPlane.kubeconfigFile);
    this.#apps = kubeConfig.makeApiClient(AppsV1Api);
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
    this.#leases = kubeConfig.makeApiClient(CoordinationV1Api);
  }

  static async start(): Promise<Cluster> {
    const folder = temporaryFolder("soak-audit");
    const policy = join(folder, "policy.yaml");
    const auditLog = join(folder, "audit.log");
    writeFileSync(policy, stringify(auditPolicy));
    const apiServerFlags = [`--audit-policy-file=${policy}`, `--audit-log-path=${auditLog}`];
    const [controlPlane, broker] = await Promise.all([
      startControlPlane({ apiServerFlags }),
      startRabbitmq({ statisticsIntervalMs: 1000 }),
    ]);
    await startKwok(controlPlane, { nodes: 4 });
    await apply(controlPlane, stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }));
    return new Cluster(controlPlane, broker, auditLog);
  }

  async stop(): Promise<void> {
    await Promise.all([this.controlPlane.stop(), this.broker.stop()]);
  }

  async deploy(name: string, replicas: number): Promise<void> {
    const labels = { app: name };
    const containers = [{ name: "worker", image: "worker" }];
    const manifest = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers, terminationGracePeriodSeconds: 0 } },
      },
    };
    await apply(this.controlPlane, JSON.stringify(manifest));
  }

  async remove(name: string): Promise<void> {
    await this.#apps.deleteNamespacedDeployment({ name, namespace });
  }

  async replicas(name: string): Promise<number> {
    return (await this.#apps.readNamespacedDeployment({ name, namespace })).spec?.replicas ?? 0;
  }

  /** What a person with kubectl does. */
  async scaleByHand(name: string, replicas: number): Promise<void> {
    await this.#apps.patchNamespacedDeploymentScale({ name, namespace, body: { spec: { replicas } } }, merge);
  }

  async annotate(name: string, annotations: Record<string, string | null>): Promise<void> {
    await this.#apps.patchNamespacedDeployment({ name, namespace, body: { metadata: { annotations } } }, merge);
  }

  async deleteLease(): Promise<void> {
    await this.#leases.deleteNamespacedLease({ name: leaseName, namespace });
  }

  /** Cuts the stored states of these targets in the middle. */
  async corruptStates(names: readonly string[]): Promise<void> {
    const data = Object.fromEntries(names.map((name) => [name, '{"version":1,"state":']));
    await this.#core.patchNamespacedConfigMap({ name: `${configMapName}-0`, namespace, body: { data } }, merge);
  }
}
