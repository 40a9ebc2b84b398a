import { setPriority } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { startProcess, type ManagedProcess } from "../../process.ts";
import { PodAccount } from "../podAccount.ts";
import type { PodListener, SeenPod } from "../podWatch.ts";
import type { WorkerRecord } from "../runRecord.ts";
import { queues } from "./queues.ts";

/** What each worker is started with. */
export interface FleetOptions {
  /** Path of the worker's bundle. */
  readonly program: string;
  /** Where broker and database are, as each worker is told. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the workers' logs, one a pod. */
  readonly folder: string;
  /** Time for what is in flight after SIGTERM. */
  readonly graceSeconds: number;
}

/** A pod that exists; without a process while it is not Ready or its worker restarts. */
interface Pod {
  ready: boolean;
  process?: ManagedProcess;
}

/** Shorter than a kubelet's first pause of ten seconds: a crash must not outlast a run of two minutes. */
const restartMilliseconds = 1000;

/** A lower one than the servers have. */
const workerPriority = 10;

/** One real consumer process behind each Ready pod: the kubelet's part, as far as a consumer can see it. */
export class Fleet implements PodListener {
  readonly #options: FleetOptions;
  /** By name: pods of a ReplicaSet have random ones. */
  readonly #pods = new Map<string, Pod>();
  /** Workers that finish what is in flight, also of pods that are gone already. */
  readonly #stopping = new Set<Promise<void>>();
  readonly #account = new PodAccount();
  #started = 0;
  #crashes = 0;
  #cutOff = 0;
  #closed = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Not Ready ends the worker: a pod that is going away is told so. */
  present(seen: SeenPod): void {
    this.#account.present(seen);
    const { name, ready } = seen;
    const pod = this.#pods.get(name) ?? { ready: false };
    this.#pods.set(name, pod);
    pod.ready = ready;
    if (ready && pod.process === undefined && !this.#closed) this.#start(name, pod);
    if (!ready) this.#stop(pod);
  }

  /** Ends the account of a pod; its worker may live on for its grace time. */
  gone(name: string): void {
    this.#account.gone(name);
    const pod = this.#pods.get(name);
    if (pod === undefined) return;
    this.#pods.delete(name);
    this.#stop(pod);
  }

  /** Pods, not processes: what the autoscaler counts too. */
  ready(): number {
    return this.#account.ready();
  }

  /** Pod-seconds as the account has them; processes that ended by themselves. */
  figures(): { podSeconds: number; processes: number; crashes: number; cutOff: number; record: WorkerRecord } {
    return {
      podSeconds: this.#account.figures().podSeconds,
      processes: this.#started,
      crashes: this.#crashes,
      cutOff: this.#cutOff,
      // PREFETCH is 1 where nobody sets it.
      record: { slots: 1, graceSeconds: this.#options.graceSeconds, readinessSeconds: this.#account.readiness() },
    };
  }

  /** Ends all workers as a deleted pod would end; resolves when the last has gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const pod of this.#pods.values()) this.#stop(pod);
    await Promise.all(this.#stopping);
  }

  #start(name: string, pod: Pod): void {
    const { program, environment, folder, graceSeconds } = this.#options;
    const started = startProcess({
      name,
      command: process.execPath,
      // The real service: fault and speed are those of the product.
      args: [program],
      folder,
      env: {
        PATH: process.env["PATH"],
        ...environment,
        // One execution at a time: one connection is never waited for.
        DATABASE_POOL_MAX: "1",
        REPORT_QUEUE: queues.done,
        GRACE_SECONDS: String(graceSeconds),
        HOST: "127.0.0.1",
        // Any free one: nobody asks these workers for their metrics.
        PORT: "0",
        POD_NAME: name,
      },
    });
    // In a cluster a pod that starts takes no processor time from the data layer's nodes; here they share two cores.
    setPriority(started.pid, workerPriority);
    pod.process = started;
    this.#started += 1;
    void started.exited.then(() => this.#restart(name, pod, started));
  }

  /** A worker that ended by itself; one that was told to stop is no longer its pod's process. */
  async #restart(name: string, pod: Pod, ended: ManagedProcess): Promise<void> {
    if (pod.process !== ended) return;
    this.#crashes += 1;
    await delay(restartMilliseconds, undefined, { ref: false });
    // Much may have happened during the pause.
    if (pod.process === ended && pod.ready && !this.#closed) this.#start(name, pod);
  }

  #stop(pod: Pod): void {
    const { process: running } = pod;
    if (running === undefined) return;
    // First, so that its end is not taken for a crash.
    delete pod.process;
    // Five seconds more than the worker's own grace time, as a kubelet has.
    const stopping = running.stop("SIGTERM", this.#options.graceSeconds + 5).then(async () => {
      // A worker that has finished ends with 0, a killed one has no code.
      if ((await running.exited).code !== 0) this.#cutOff += 1;
      this.#stopping.delete(stopping);
    });
    this.#stopping.add(stopping);
  }
}
