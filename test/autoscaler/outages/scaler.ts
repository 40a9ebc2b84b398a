import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { DecisionLogEntry } from "../../../autoscaler/src/observe/decisionLog.ts";
import type { TickFailure, Note } from "../../../autoscaler/src/ports/telemetry.ts";
import { runCommand } from "../../../local/command.ts";
import { apply } from "../../../local/kubernetes/apply.ts";
import { repositoryRoot } from "../../../local/paths.ts";
import { freePort, startProcess, temporaryFolder, type ManagedProcess } from "../../../local/process.ts";
import { until } from "../../support/until.ts";
import { namespace, type Cluster } from "./cluster.ts";

const main = join(repositoryRoot, "autoscaler", "src", "main.ts");

/** Seconds. */
export const period = 1;

export interface ScalerOptions {
  /** Of its target, Deployment, queue, Lease and ConfigMap. */
  readonly name: string;
  /** Laid over the target's configuration. */
  readonly target?: object;
  /** Beside the depth of its queue. */
  readonly metrics?: object;
  /** Laid over the whole configuration. */
  readonly top?: object;
  /** A module loaded before the program. */
  readonly preload?: string;
  /** Credentials of their own, so that they can be changed. */
  readonly credentials?: { readonly usernameFile: string; readonly passwordFile: string };
}

export type LogLine = Partial<DecisionLogEntry> & {
  readonly target?: string;
  readonly failure?: Pick<TickFailure, "phase" | "error">;
  readonly note?: Pick<Note, "kind" | "detail">;
  readonly at?: number;
};

/** One autoscaler as a process of its own, run as its service account with the Roles it prints for itself. */
export class Scaler {
  readonly folder: string;
  readonly name: string;
  readonly url: string;
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  #process: ManagedProcess | undefined;

  private constructor(parts: {
    folder: string;
    name: string;
    url: string;
    args: readonly string[];
    env: NodeJS.ProcessEnv;
  }) {
    this.folder = parts.folder;
    this.name = parts.name;
    this.url = parts.url;
    this.#args = parts.args;
    this.#env = parts.env;
  }

  /** Writes the configuration, applies its Roles and starts the process; it has decided once when this returns. */
  static async start(cluster: Cluster, options: ScalerOptions, { ready = true } = {}): Promise<Scaler> {
    const folder = temporaryFolder(`scaler-${options.name}`);
    const port = await freePort();
    const config = join(folder, "config.yaml");
    writeFileSync(
      config,
      stringify(configuration(cluster, options, { port, decisionLog: join(folder, "decisions.ndjson") })),
    );
    const serviceAccount = `autoscaler-${options.name}`;
    const rights = ["--namespace", namespace, "--service-account", serviceAccount];
    const roles = await runCommand(process.execPath, [main, "rbac", "--config", config, ...rights]);
    const metadata = { name: serviceAccount, namespace };
    await apply(
      cluster.controlPlane,
      `${stringify({ apiVersion: "v1", kind: "ServiceAccount", metadata })}---\n${roles}`,
    );
    const kubeconfig = await cluster.controlPlane.kubeconfigFor({ serviceAccount, namespace });
    const own = join(folder, "kubeconfig");
    copyFileSync(kubeconfig, own);
    const preload = options.preload === undefined ? [] : ["--import", options.preload];
    const scaler = new Scaler({
      ...{ folder, name: options.name, url: `http://127.0.0.1:${port}` },
      args: [...preload, main, "run", "--config", config],
      env: { PATH: process.env["PATH"], KUBECONFIG: own, OFFSET_FILE: join(folder, "offset") },
    });
    await scaler.launch({ ready });
    return scaler;
  }

  async launch({ ready = true } = {}): Promise<void> {
    this.#process = startProcess({
      name: `autoscaler-${this.name}`,
      command: process.execPath,
      args: this.#args,
      folder: this.folder,
      log: join(this.folder, "autoscaler.log"),
      env: this.#env,
    });
    if (ready) await until("the autoscaler is ready", async () => (await this.#get("/readyz")).ok, 30);
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async kill(): Promise<void> {
    await this.#process?.stop("SIGKILL");
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async leads(): Promise<boolean> {
    const { leader } = (await (await this.#get("/readyz")).json()) as { leader: boolean };
    return leader;
  }

  /** All lines so far. */
  log(): LogLine[] {
    const text = readFileSync(join(this.folder, "decisions.ndjson"), "utf8");
    // The last line may be half written.
    return text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** Everything it ever wrote: its log, its decision log and its HTTP answers. */
  async everything(): Promise<string> {
    const pages = ["/metrics", "/v1/targets", `/v1/targets/${this.name}/decisions`, "/readyz"];
    const answers = await Promise.all(pages.map(async (page) => (await this.#get(page)).text()));
    const files = ["autoscaler.log", "decisions.ndjson"].map((file) => readFileSync(join(this.folder, file), "utf8"));
    return [...answers, ...files].join("\n");
  }

  #get(path: string): Promise<Response> {
    return fetch(this.url + path, { signal: AbortSignal.timeout(2000) });
  }
}

interface Files {
  readonly port: number;
  readonly decisionLog: string;
}

/** 100 messages a replica, 2 to 20 replicas, up at once and down after two seconds. */
function configuration({ broker }: Cluster, options: ScalerOptions, { port, decisionLog }: Files): object {
  const { name, target, top, credentials = broker } = options;
  const { usernameFile, passwordFile } = credentials;
  const { amqpUrl, managementUrl } = broker;
  return {
    apiVersion: "autoscaling.jobsprint.dev/v1alpha1",
    kind: "AutoscalerConfig",
    brokers: { main: { managementUrl, amqpUrl, usernameFile, passwordFile } },
    server: { host: "127.0.0.1", port },
    decisionLog: { file: decisionLog },
    leaderElection: { leaseName: name, leaseDurationSeconds: 6 },
    state: { configMapName: name, intervalSeconds: 1 },
    ...top,
    targets: [
      {
        name,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name, namespace },
        minReplicas: 2,
        maxReplicas: 20,
        periodSeconds: period,
        maxMetricAgeSeconds: 5,
        metrics: { queueDepth: { rabbitmq: { broker: "main", queues: [{ name }] } }, ...options.metrics },
        rules: [{ name: "backlog", perReplica: { metric: "queueDepth", target: 100 } }],
        behavior: {
          scaleUp: { policies: [{ type: "Pods", value: 100, periodSeconds: 1 }] },
          scaleDown: { stabilizationWindowSeconds: 2, policies: [{ type: "Percent", value: 100, periodSeconds: 1 }] },
        },
        foreignWrites: { holdSeconds: 4 },
        ...target,
      },
    ],
  };
}
