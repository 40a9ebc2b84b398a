import { closeSync, copyFileSync, openSync, readSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { runCommand } from "../../command.ts";
import { apply } from "../../kubernetes/apply.ts";
import { repositoryRoot } from "../../paths.ts";
import { say } from "../../progress.ts";
import { freePort, startProcess, waitUntil, type ManagedProcess } from "../../process.ts";
import { namespace, type Cluster } from "./cluster.ts";
import { configuration } from "./configuration.ts";

const main = join(repositoryRoot, "autoscaler", "src", "main.ts");

/** What a soak reads of a decision log. */
export interface LogLine {
  readonly target?: string;
  readonly at?: number;
  readonly input?: { readonly now: number };
  readonly decision?: {
    readonly signals: Readonly<Record<string, { readonly kind: string }>>;
    readonly holds: readonly unknown[];
  };
  readonly outcome?: string;
  readonly failure?: { readonly phase: string; readonly error: string };
  readonly note?: { readonly kind: string; readonly detail: string };
}

export interface Sample {
  /** Epoch seconds. */
  readonly at: number;
  readonly rssBytes: number;
  readonly fileDescriptors: number;
}

/** One process of a replica, from its start to its end. */
export interface Life {
  readonly replica: string;
  readonly pid: number;
  readonly startedAt: number;
  endedAt?: number;
  /** What ended it on purpose. */
  endedBy?: string;
  readonly samples: Sample[];
  /** Spans in which it was stopped by SIGSTOP. */
  readonly stops: { readonly from: number; to: number }[];
}

/** One of the two autoscalers: a process of its own under its own service account, so that the audit tells them apart. */
export class Replica {
  readonly name: string;
  readonly folder: string;
  readonly lives: Life[] = [];
  readonly #url: string;
  readonly #env: NodeJS.ProcessEnv;
  #process: ManagedProcess | undefined;
  #read = 0;
  #rest = "";

  private constructor(parts: { name: string; folder: string; url: string; env: NodeJS.ProcessEnv }) {
    this.name = parts.name;
    this.folder = parts.folder;
    this.#url = parts.url;
    this.#env = parts.env;
  }

  /** Writes its configuration and applies the Roles it prints for itself. */
  static async create(cluster: Cluster, name: string, targets: readonly string[], folder: string): Promise<Replica> {
    const port = await freePort();
    const config = join(folder, "config.yaml");
    const files = { port, decisionLog: join(folder, "decisions.ndjson") };
    writeFileSync(config, stringify(configuration(cluster.broker, targets, files)));
    const rights = ["--namespace", namespace, "--service-account", name];
    const roles = await runCommand(process.execPath, [main, "rbac", "--config", config, ...rights]);
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
    await apply(cluster.controlPlane, `${stringify(account)}---\n${roles}`);
    const kubeconfig = join(folder, "kubeconfig");
    copyFileSync(await cluster.controlPlane.kubeconfigFor({ serviceAccount: name, namespace }), kubeconfig);
    const { PATH, NODE_OPTIONS } = process.env;
    const env = { PATH, NODE_OPTIONS, KUBECONFIG: kubeconfig };
    return new Replica({ name, folder, url: `http://127.0.0.1:${port}`, env });
  }

  async launch(): Promise<void> {
    const started = startProcess({
      name: this.name,
      command: process.execPath,
      args: [main, "run", "--config", join(this.folder, "config.yaml")],
      folder: this.folder,
      log: this.logFile,
      env: this.#env,
    });
    this.#process = started;
    const life: Life = { replica: this.name, pid: started.pid, startedAt: now(), samples: [], stops: [] };
    this.lives.push(life);
    void started.exited.then((exit) => {
      life.endedAt = now();
      if (life.endedBy === undefined) say(`${this.name} (${life.pid}) ended by itself: ${JSON.stringify(exit)}`);
    });
    await waitUntil(async () => (await this.#get("/healthz")).ok, {
      ...{ what: `${this.name} to be healthy`, timeoutSeconds: 30, processes: [started] },
    });
  }

  get logFile(): string {
    return join(this.folder, "autoscaler.log");
  }

  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const life = this.lives.at(-1);
    if (life !== undefined) life.endedBy = signal;
    await this.#process?.stop(signal, 15);
  }

  /** Stops it as a frozen node would; the function returned wakes it. */
  freeze(): () => void {
    const stop = { from: now(), to: Infinity };
    this.lives.at(-1)?.stops.push(stop);
    this.#process?.kill("SIGSTOP");
    return () => {
      stop.to = now();
      this.#process?.kill("SIGCONT");
    };
  }

  async leads(): Promise<boolean> {
    try {
      const { leader } = (await (await this.#get("/readyz")).json()) as { leader: boolean };
      return leader;
    } catch {
      return false;
    }
  }

  /** The lines of the decision log that were written since the last call; one that is no JSON is told as a failure. */
  newLines(): LogLine[] {
    const text = this.#rest + this.#newText();
    const lines = text.split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.map((line) => {
      try {
        return JSON.parse(line) as LogLine;
      } catch {
        return { failure: { phase: "Log", error: `no JSON: ${line.slice(0, 80)}` } };
      }
    });
  }

  /** Notes resident memory and open files of the present process. */
  sample(): void {
    const life = this.lives.at(-1);
    if (life === undefined || life.endedAt !== undefined) return;
    try {
      const pages = Number(readFileSync(`/proc/${life.pid}/statm`, "utf8").split(" ")[1]);
      const fileDescriptors = readdirSync(`/proc/${life.pid}/fd`).length;
      life.samples.push({ at: now(), rssBytes: pages * 4096, fileDescriptors });
    } catch {
      // It has just ended.
    }
  }

  /** The last line of a replay of its whole decision log; what differs when something does. */
  async replay(): Promise<string> {
    const files = ["--config", join(this.folder, "config.yaml"), "--log", join(this.folder, "decisions.ndjson")];
    try {
      const printed = await runCommand(process.execPath, [main, "replay", ...files], { timeoutSeconds: 600 });
      return printed.trim().split("\n").at(-1) ?? "";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #newText(): string {
    const file = openSync(join(this.folder, "decisions.ndjson"), "a+");
    try {
      const parts: Buffer[] = [];
      for (;;) {
        const part = Buffer.alloc(1 << 20);
        const bytes = readSync(file, part, 0, part.length, this.#read);
        if (bytes === 0) return Buffer.concat(parts).toString("utf8");
        this.#read += bytes;
        parts.push(part.subarray(0, bytes));
      }
    } finally {
      closeSync(file);
    }
  }

  #get(path: string): Promise<Response> {
    return fetch(this.#url + path, { signal: AbortSignal.timeout(2000) });
  }
}

const now = (): number => Date.now() / 1000;
