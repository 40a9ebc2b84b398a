import { readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { request } from "node:https";
import { connect } from "node:tls";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { runCommand } from "../../../local/command.ts";
import { apply } from "../../../local/kubernetes/apply.ts";
import { createAuthority, issueCertificate, type Certificate } from "../../../local/kubernetes/certificates.ts";
import { startControlPlane, type ControlPlane } from "../../../local/kubernetes/controlPlane.ts";
import { hostService } from "../../../local/kubernetes/hostService.ts";
import { startKwok, type Kwok } from "../../../local/kubernetes/kwok.ts";
import { nodeAddress } from "../../../local/kubernetes/nodeAddress.ts";
import { repositoryRoot } from "../../../local/paths.ts";
import { freePorts, startProcess, type ManagedProcess } from "../../../local/process.ts";
import { FakePods } from "./fakePods.ts";

export const namespace = "jobsprint";
/** As an HPA asks for it. */
export const values = `/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/pods/*/requests_per_second`;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What a caller shows. */
export interface Credentials {
  readonly certificate?: Certificate;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A real control plane with fake pods, and two replicas of the autoscaler behind an APIService. */
export class Rig {
  readonly controlPlane: ControlPlane;
  readonly pods: FakePods;
  readonly authority: Certificate;
  readonly ports: readonly number[];
  readonly replicas: ManagedProcess[] = [];
  readonly #kwok: Kwok;

  private constructor(
    parts: { controlPlane: ControlPlane; kwok: Kwok; pods: FakePods; authority: Certificate },
    ports: number[],
  ) {
    this.controlPlane = parts.controlPlane;
    this.#kwok = parts.kwok;
    this.pods = parts.pods;
    this.authority = parts.authority;
    this.ports = ports;
  }

  static async start(): Promise<Rig> {
    const controlPlane = await startControlPlane();
    const kwok = await startKwok(controlPlane, { nodes: 1, podCidr: "127.45.0.0/16" });
    const authority = await createAuthority(controlPlane.folder, "platform-ca");
    const rig = new Rig({ controlPlane, kwok, pods: await FakePods.start(), authority }, await freePorts(2));
    await rig.#serve();
    return rig;
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop("SIGTERM", 10)));
    await this.#kwok.stop();
    await this.pods.close();
    await this.controlPlane.stop();
  }

  /** Straight to one replica, past the aggregation layer. */
  async ask(path: string, { certificate, headers = {} }: Credentials, replica = 0): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const options = {
      ...{ host: "127.0.0.1", port: this.ports[replica], path, headers, agent: false as const },
      ca: readFileSync(this.authority.certFile),
      ...(certificate && { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) }),
    };
    const call = request(options, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body });
      }, reject);
    });
    call.on("error", reject).end();
    return promise;
  }

  /** Whose certificate a replica shows. */
  async subject(): Promise<string> {
    const socket = connect({ host: "127.0.0.1", port: this.ports[0], ca: readFileSync(this.authority.certFile) });
    await once(socket, "secureConnect");
    const subject = socket.getPeerX509Certificate()?.subject ?? "";
    socket.destroy();
    return subject;
  }

  /** Through the API server, as kubectl get --raw. */
  async raw(path: string, certificate: Certificate | null = this.controlPlane.certificates.admin): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { url, caFile } = this.controlPlane;
    const shown = certificate && { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) };
    const call = request(`${url}${path}`, { ca: readFileSync(caFile), agent: false, ...shown }, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body });
      }, reject);
    });
    call.on("error", reject).end();
    return promise;
  }

  async #serve(): Promise<void> {
    const { folder } = this.controlPlane;
    await issueCertificate(folder, this.authority, {
      ...{
        name: "served",
        commonName: "autoscaler",
        subjectAltNames: [`DNS:autoscaler.${namespace}.svc`, "IP:127.0.0.1"],
      },
    });
    const configs = this.ports.map((port, index) => {
      const file = join(folder, `autoscaler-${index}.yaml`);
      writeFileSync(file, JSON.stringify(this.#config(port)));
      return file;
    });
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "autoscaler", namespace } };
    const objects = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, account];
    await apply(this.controlPlane, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
    const main = "autoscaler/src/main.ts";
    const rbac = [main, "rbac", "--config", configs[0] ?? "", "--namespace", namespace];
    await apply(this.controlPlane, await runCommand(process.execPath, rbac, { cwd: repositoryRoot }));
    const kubeconfig = await this.controlPlane.kubeconfigFor({ serviceAccount: "autoscaler", namespace });
    for (const [index, config] of configs.entries())
      this.replicas.push(
        startProcess({
          ...{ name: `autoscaler-${index}`, command: process.execPath, folder },
          args: [join(repositoryRoot, main), "run", "--config", config],
          env: { ...process.env, KUBECONFIG: kubeconfig },
        }),
      );
    const service = {
      name: "autoscaler",
      namespace,
      port: 443,
      address: nodeAddress(),
      targetPort: this.ports[0] ?? 0,
    };
    await apply(this.controlPlane, `${hostService(service)}---\n${JSON.stringify(this.#apiService())}`);
  }

  #apiService(): object {
    const caBundle = readFileSync(this.authority.certFile).toString("base64");
    return {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta2.custom.metrics.k8s.io" },
      spec: {
        ...{
          group: "custom.metrics.k8s.io",
          version: "v1beta2",
          groupPriorityMinimum: 100,
          versionPriority: 100,
          caBundle,
        },
        service: { name: "autoscaler", namespace, port: 443 },
      },
    };
  }

  #config(port: number): object {
    const { folder } = this.controlPlane;
    const podMetrics = { port: this.pods.port, counter: "http_requests_total", windowSeconds: 2 };
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "worker", namespace };
    return {
      ...{ apiVersion: "autoscaling.jobsprint.dev/v1alpha1", kind: "AutoscalerConfig" },
      server: { host: "127.0.0.1", port: 0 },
      customMetrics: {
        ...{ port, certFile: join(folder, "served.crt"), keyFile: join(folder, "served.key") },
        metrics: [
          {
            ...{ name: "requests_per_second", periodSeconds: 1, maxAgeSeconds: 4, podMetrics },
            pods: { namespace, matchLabels: { app: "gateway" } },
          },
          { name: "executions_per_second", target: { name: "worker", metric: "requestRate" } },
        ],
      },
      targets: [
        {
          ...{ name: "worker", mode: "observe", scaleTargetRef, minReplicas: 1, maxReplicas: 5 },
          metrics: { requestRate: { podMetrics } },
          rules: [{ name: "rate", perReplica: { metric: "requestRate", target: 100 } }],
        },
      ],
    };
  }
}
