import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import { freePorts, startProcess, temporaryFolder, waitUntil, type ManagedProcess } from "../process.ts";
import { loadKubeConfig } from "./apply.ts";
import { binary, type Program } from "./binaries.ts";
import { createControlPlaneCertificates, type ControlPlaneCertificates } from "./controlPlaneCertificates.ts";
import * as flags from "./controlPlaneFlags.ts";
import { answersOk } from "./health.ts";
import { issueKubeconfig, writeKubeconfig, type Identity } from "./kubeconfig.ts";
import { nodeAddress } from "./nodeAddress.ts";

/** What to change; all absent: upstream's settings with a quick HPA. */
export interface ControlPlaneOptions extends flags.HpaTiming {
  /** Added to, and winning over, the flags of kube-apiserver, for example "--default-not-ready-toleration-seconds=5". */
  apiServerFlags?: readonly string[];
  /** The same for kube-controller-manager. */
  controllerManagerFlags?: readonly string[];
  /** Where nodes and pods reach it; absent: this machine alone does, at a free port of 127.0.0.1. */
  endpoint?: ControlPlaneEndpoint;
  /** Multiplies the memory that each program may use before it collects garbage all the time; 1 when absent. */
  memoryFactor?: number;
}

/** An address of this machine that is the API server's alone, and the addresses of the cluster's Services. */
export interface ControlPlaneEndpoint {
  address: string;
  port: number;
  services: flags.ServiceNetwork;
}

/** A running control plane. It has no nodes until some are added. */
export interface ControlPlane {
  /** Kubeconfig of a cluster administrator. */
  readonly kubeconfigFile: string;
  /** https://127.0.0.1:PORT, or the endpoint given. */
  readonly url: string;
  /** The authority of the API server and of client certificates. */
  readonly caFile: string;
  /** Authority of the certificate that the aggregation layer shows to an aggregated API server. */
  readonly frontProxyCaFile: string;
  /** Keys, kubeconfigs, logs and data; removed by `stop`. */
  readonly folder: string;
  /** For servers that join the cluster, such as kwok, and for clients that need another identity. */
  readonly certificates: ControlPlaneCertificates;
  /** Its programs that run now. */
  processes(): readonly ManagedProcess[];
  /** Writes a kubeconfig for a user with groups, or for a service account that exists. Returns its path. */
  kubeconfigFor(identity: Identity): Promise<string>;
  /** Ends the API server as an outage would; the data stays. SIGTERM when no signal is given. */
  stopApiServer(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and waits until it is ready. */
  startApiServer(): Promise<void>;
  /** Both after each other, with the default signal: watches break, leases and objects stay. */
  restartApiServer(): Promise<void>;
  /** Ends all its processes and removes the folder. */
  stop(): Promise<void>;
}

/** What controllers and data need beyond the API server's own readiness. */
const startTimeoutSeconds = 60;

/** etcd, API server, controller manager and scheduler on free ports of 127.0.0.1, ready to use; several may run. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  // Before the folder: the first build takes minutes, and a failed one leaves nothing to remove.
  const programs = await binaries();
  const folder = temporaryFolder("control-plane");
  const running: ManagedProcess[] = [];
  const stop = async (): Promise<void> => {
    // Clients before servers; nobody needs a graceful end of data that is thrown away.
    for (const process of running.reverse()) await process.stop("SIGTERM", 2);
    running.length = 0;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await start({ folder, programs, options, running, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

const needed = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;

async function binaries(): Promise<Record<(typeof needed)[number], string>> {
  const paths: Partial<Record<Program, string>> = {};
  // One after the other: two links at once need 3 GB.
  for (const program of needed) paths[program] = await binary(program);
  return paths as Record<(typeof needed)[number], string>;
}

/** The parts that `startControlPlane` hands over; `running` is shared, so that a failed start is stopped as well. */
interface Start {
  folder: string;
  programs: Record<(typeof needed)[number], string>;
  options: ControlPlaneOptions;
  running: ManagedProcess[];
  stop: () => Promise<void>;
}

async function start({ folder, programs, options, running, stop }: Start): Promise<ControlPlane> {
  const pki = join(folder, "pki");
  mkdirSync(pki, { mode: 0o700 });
  const [freePort, etcdPort, etcdPeerPort, managerPort, schedulerPort] = (await freePorts(5)) as Ports;
  const { bindAddress, advertiseAddress, port, services } = placeOf(options.endpoint, freePort);
  // Its certificate has to name the addresses at which it is advertised.
  const certificates = await createControlPlaneCertificates(pki, [advertiseAddress, services.apiServer]);
  const caFile = certificates.ca.certFile;
  const cluster = { url: `https://${bindAddress}:${port}`, caFile };
  const kubeconfig = (name: "admin" | "controllerManager" | "scheduler"): string =>
    writeKubeconfig(join(folder, `${name}.kubeconfig`), cluster, certificates[name]);
  const kubeconfigFile = kubeconfig("admin");

  const launch = (program: (typeof needed)[number], args: readonly string[], memoryMiB: number): ManagedProcess => {
    // A smaller heap for somewhat more CPU: a whole cluster has to fit beside the tests.
    const env = { ...process.env, GOGC: "50", GOMEMLIMIT: `${Math.round(memoryMiB * (options.memoryFactor ?? 1))}MiB` };
    const started = startProcess({ name: program, command: programs[program], args, folder, env });
    running.push(started);
    return started;
  };

  const etcdPorts = { client: etcdPort, peer: etcdPeerPort };
  // Not waited for: the API server tries again until etcd answers, and its readiness covers both.
  const etcd = launch("etcd", flags.etcdFlags(join(folder, "etcd"), etcdPorts, certificates), 100);
  const apiServerArguments = [
    ...flags.apiServerFlags({ bindAddress, port, etcdPort, advertiseAddress, services }, certificates),
    ...(options.apiServerFlags ?? []),
  ];
  let apiServer: ManagedProcess | undefined;
  const stopApiServer = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    // Its graceful end waits for every open watch, which no client ends by itself.
    await apiServer?.stop(signal, 2);
    // It is down on purpose: `stop` has no process to end.
    if (apiServer !== undefined) running.splice(running.indexOf(apiServer), 1);
    apiServer = undefined;
  };
  const startApiServer = async (): Promise<void> => {
    if (apiServer !== undefined) throw new Error("the API server runs already");
    apiServer = launch("kube-apiserver", apiServerArguments, 200);
    await waitUntil(() => answersOk(`${cluster.url}/readyz`, caFile), {
      ...{ what: "the API server to be ready", timeoutSeconds: startTimeoutSeconds, processes: [etcd, apiServer] },
    });
  };
  await startApiServer();

  const manager = launch(
    "kube-controller-manager",
    [
      ...flags.controllerManagerFlags(kubeconfig("controllerManager"), managerPort, certificates, options),
      ...(options.controllerManagerFlags ?? []),
    ],
    100,
  );
  const scheduler = launch(
    "kube-scheduler",
    flags.schedulerFlags(kubeconfig("scheduler"), schedulerPort, certificates),
    80,
  );
  const core = loadKubeConfig(kubeconfigFile).makeApiClient(CoreV1Api);
  await waitUntil(
    async () => {
      const ports = [managerPort, schedulerPort];
      // Health pages need no credentials.
      const healthy = await Promise.all(ports.map((one) => answersOk(`https://127.0.0.1:${one}/healthz`, caFile)));
      // Pods are refused until the controller manager has made the namespace's default service account.
      await core.readNamespacedServiceAccount({ namespace: "default", name: "default" });
      return healthy.every(Boolean);
    },
    {
      what: "the controller manager and the scheduler",
      timeoutSeconds: startTimeoutSeconds,
      processes: [manager, scheduler],
    },
  );
  return {
    ...{ kubeconfigFile, url: cluster.url, caFile, frontProxyCaFile: certificates.frontProxyCa.certFile },
    ...{ folder, certificates, stopApiServer, startApiServer, stop },
    processes: () => [...running],
    kubeconfigFor: (identity) => issueKubeconfig({ folder, cluster, authority: certificates.ca, core }, identity),
    async restartApiServer() {
      await stopApiServer();
      await startApiServer();
    },
  };
}

type Ports = [number, number, number, number, number];

/** Without an endpoint nobody outside this machine may reach a cluster whose keys lie in a temporary folder. */
function placeOf(
  endpoint: ControlPlaneEndpoint | undefined,
  freePort: number,
): Omit<flags.ApiServerAddresses, "etcdPort"> {
  if (endpoint === undefined)
    return {
      ...{ bindAddress: "127.0.0.1", advertiseAddress: nodeAddress() },
      ...{ port: freePort, services: flags.serviceNetwork },
    };
  const { address, port, services } = endpoint;
  return { bindAddress: address, advertiseAddress: address, port, services };
}
