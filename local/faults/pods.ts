import { Writable } from "node:stream";
import {
  AuthenticationV1TokenRequest,
  CoreV1Api,
  Exec,
  V1ObjectMeta,
  V1PodStatus,
  type V1Pod,
  type V1Status,
} from "@kubernetes/client-node";
import type { ApiServer } from "./apiServer.ts";
import type { PodState } from "./restarts.ts";

/** Where the platform lives. */
export const namespace = "jobsprint";

const nameLabel = "app.kubernetes.io/name";

/** A command in a container that ends neither way by then is given up. */
const execSeconds = 60;

/** A container of a pod; the first one unless named. */
export interface Place {
  readonly pod: string;
  readonly container?: string;
}

/** As much of a WebSocket as is used; its package brings no types. */
interface Socket {
  onclose: () => void;
  close(): void;
}

/** The platform's pods: to look at, to ask, to run a command in, and to delete. */
export class Pods {
  readonly api: ApiServer;
  readonly core: CoreV1Api;

  constructor(api: ApiServer) {
    this.api = api;
    this.core = api.config.makeApiClient(CoreV1Api);
  }

  /** Those of one workload, or all, that have not ended. */
  async list(workload?: string): Promise<readonly V1Pod[]> {
    const labelSelector = workload === undefined ? {} : { labelSelector: `${nameLabel}=${workload}` };
    const { items } = await this.core.listNamespacedPod({ namespace, ...labelSelector });
    return items.filter(({ status }) => status?.phase === "Running" || status?.phase === "Pending");
  }

  async states(workload?: string): Promise<readonly PodState[]> {
    return (await this.list(workload)).map(stateOf);
  }

  /** Whatever an HTTP server in the pod answers, through the API server. */
  get(pod: string, port: number | string, path: string): Promise<string> {
    return this.api.get(`/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy${path}`);
  }

  /** Marked for deletion when it returns; seconds of grace are the pod's own unless given. */
  async delete(pod: string, graceSeconds?: number): Promise<void> {
    const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
    await this.core.deleteNamespacedPod({ name: pod, namespace, ...grace });
  }

  /** Standard output of a command; rejects with what it said when it fails. */
  async exec({ pod, container }: Place, command: readonly string[]): Promise<string> {
    const output = collector();
    const errors = collector();
    const name = container ?? (await this.#firstContainer(pod));
    const ended = Promise.withResolvers<V1Status>();
    const exec = new Exec(this.api.config);
    const { stream: out } = output;
    const opened: unknown = await exec.exec(
      ...([namespace, pod, name, command as string[], out, errors.stream, null, false, ended.resolve] as const),
    );
    const socket = opened as Socket;
    socket.onclose = () => {
      ended.reject(new Error(`the connection into ${pod} was lost`));
    };
    const late = setTimeout(() => {
      ended.reject(new Error(`${command[0] ?? ""} in ${pod} has not ended within ${execSeconds} s`));
    }, execSeconds * 1000);
    try {
      const { status, message } = await ended.promise;
      if (status === "Success") return output.text();
      throw new Error(`${command[0] ?? ""} in ${pod}: ${errors.text().trim().slice(-300) || (message ?? "failed")}`);
    } finally {
      clearTimeout(late);
      socket.close();
    }
  }

  /** As the container runtime names it. */
  async containerId({ pod, container }: Place): Promise<string> {
    const { status } = await this.core.readNamespacedPod({ name: pod, namespace });
    const all = status?.containerStatuses ?? [];
    const one = container === undefined ? all[0] : all.find(({ name }) => name === container);
    const [, id] = one?.containerID?.split("://") ?? [];
    if (id === undefined) throw new Error(`${pod} has no running container ${container ?? ""}`.trimEnd());
    return id;
  }

  /** A token of a ServiceAccount of the platform, for ten minutes, the shortest time there is. */
  async tokenOf(account: string): Promise<string> {
    const spec = { audiences: [], expirationSeconds: 600 };
    const body = Object.assign(new AuthenticationV1TokenRequest(), { spec });
    const { status } = await this.core.createNamespacedServiceAccountToken({ name: account, namespace, body });
    return status?.token ?? "";
  }

  async #firstContainer(pod: string): Promise<string> {
    const { spec } = await this.core.readNamespacedPod({ name: pod, namespace });
    return spec?.containers[0]?.name ?? "";
  }
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
}

function stateOf({ metadata, status }: V1Pod): PodState {
  const { name = "", uid = "", labels, deletionTimestamp } = metadata ?? new V1ObjectMeta();
  const { containerStatuses, podIP: address = "" } = status ?? new V1PodStatus();
  return {
    ...{ name, uid, address },
    workload: labels?.[nameLabel] ?? "",
    // A pod keeps its condition while it ends.
    ready: isReady(status) && deletionTimestamp === undefined,
    restarts: sum(containerStatuses?.map(({ restartCount }) => restartCount)),
  };
}

const isReady = (status: V1PodStatus | undefined): boolean =>
  status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") === true;

const sum = (values: readonly number[] = []): number => values.reduce((total, value) => total + value, 0);
