import type { ControlPlaneCertificates } from "./controlPlaneCertificates.ts";

/** Periods of the HPA controller, in seconds. */
export interface HpaTiming {
  /** From one look at the metrics to the next; 2 when absent. */
  hpaSyncSeconds?: number;
  /** Window whose highest proposal holds the count up; 30 when absent. */
  hpaDownscaleStabilizationSeconds?: number;
  /** Time after a pod's start in which a change of readiness counts as its first; 2 when absent. */
  hpaInitialReadinessDelaySeconds?: number;
  /** Time after a pod's start in which its cpu may be left out of the mean; 5 when absent. */
  hpaCpuInitializationSeconds?: number;
}

// Upstream has 15, 300, 30 and 300 s; a test cannot wait for those.
const fastHpa: Required<HpaTiming> = {
  hpaSyncSeconds: 2,
  hpaDownscaleStabilizationSeconds: 30,
  hpaInitialReadinessDelaySeconds: 2,
  hpaCpuInitializationSeconds: 5,
};

/** Addresses of Services. */
export interface ServiceNetwork {
  cidr: string;
  /** Of the Service "kubernetes": the API server always takes the first. */
  apiServer: string;
}

/** What a control plane without nodes uses: nothing routes it. */
export const serviceNetwork: ServiceNetwork = { cidr: "10.96.0.0/16", apiServer: "10.96.0.1" };

type Flags = Readonly<Record<string, string | number | boolean>>;

function toArguments(flags: Flags): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${String(value)}`);
}

/** Ports of 127.0.0.1. The peer port is needed although there is only one member. */
export interface EtcdPorts {
  client: number;
  peer: number;
}

/** Arguments of an etcd of one member that answers only to certificates of its own authority. */
export function etcdFlags(dataFolder: string, ports: EtcdPorts, certificates: ControlPlaneCertificates): string[] {
  const { etcd, etcdCa } = certificates;
  const client = `https://127.0.0.1:${ports.client}`;
  const peer = `https://127.0.0.1:${ports.peer}`;
  return toArguments({
    name: "local",
    "data-dir": dataFolder,
    // The data dies with the run, so a lost write after a crash of the machine costs nothing.
    "unsafe-no-fsync": true,
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `local=${peer}`,
    "client-cert-auth": true,
    "trusted-ca-file": etcdCa.certFile,
    "cert-file": etcd.certFile,
    "key-file": etcd.keyFile,
    "peer-client-cert-auth": true,
    "peer-trusted-ca-file": etcdCa.certFile,
    "peer-cert-file": etcd.certFile,
    "peer-key-file": etcd.keyFile,
    "log-level": "warn",
  });
}

/** Where the API server listens, stores and is found. */
export interface ApiServerAddresses {
  /** Where it listens: 127.0.0.1, or an address that nodes and pods reach. */
  bindAddress: string;
  port: number;
  etcdPort: number;
  services: ServiceNetwork;
  /** What the Service "kubernetes" leads to: an IPv4 address that is not loopback, which Kubernetes refuses. */
  advertiseAddress: string;
}

/** Arguments of kube-apiserver with RBAC, signed service account tokens and the aggregation layer. */
export function apiServerFlags(addresses: ApiServerAddresses, certificates: ControlPlaneCertificates): string[] {
  const { ca, frontProxyCa, etcdCa, etcdClient, apiServer, kubeletClient, frontProxyClient, tokens } = certificates;
  return toArguments({
    "bind-address": addresses.bindAddress,
    "secure-port": addresses.port,
    "advertise-address": addresses.advertiseAddress,
    "etcd-servers": `https://127.0.0.1:${addresses.etcdPort}`,
    "etcd-cafile": etcdCa.certFile,
    "etcd-certfile": etcdClient.certFile,
    "etcd-keyfile": etcdClient.keyFile,
    "tls-cert-file": apiServer.certFile,
    "tls-private-key-file": apiServer.keyFile,
    "client-ca-file": ca.certFile,
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "allow-privileged": true,
    profiling: false,
    "service-cluster-ip-range": addresses.services.cidr,
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
    "service-account-key-file": tokens.publicFile,
    "service-account-signing-key-file": tokens.privateFile,
    // A server behind the aggregation layer learns the user from these headers, and believes only this certificate.
    "requestheader-client-ca-file": frontProxyCa.certFile,
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-username-headers": "X-Remote-User",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "proxy-client-cert-file": frontProxyClient.certFile,
    "proxy-client-key-file": frontProxyClient.keyFile,
    // Without a node nothing routes service addresses, so aggregated APIs are reached at their endpoints.
    "enable-aggregator-routing": true,
    "kubelet-client-certificate": kubeletClient.certFile,
    "kubelet-client-key": kubeletClient.keyFile,
    "kubelet-certificate-authority": ca.certFile,
    // By address: fake nodes have no name that resolves.
    "kubelet-preferred-address-types": "InternalIP",
  });
}

/** What the controller manager and the scheduler have in common. */
function componentFlags(kubeconfig: string, port: number, certificate: { certFile: string; keyFile: string }): Flags {
  return {
    kubeconfig,
    // Without these two it cannot ask who reads its metrics and whether they may, and would refuse everybody.
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "bind-address": "127.0.0.1",
    "secure-port": port,
    "tls-cert-file": certificate.certFile,
    "tls-private-key-file": certificate.keyFile,
    // There is one of each, and a lease would delay the start after an unclean end.
    "leader-elect": false,
    profiling: false,
  };
}

/** Arguments of kube-controller-manager; `timing` in seconds, with values for tests where it says nothing. */
export function controllerManagerFlags(
  kubeconfig: string,
  port: number,
  certificates: ControlPlaneCertificates,
  timing: HpaTiming,
): string[] {
  const { ca, frontProxyCa, controllerManager, tokens } = certificates;
  const hpa = { ...fastHpa, ...timing };
  return toArguments({
    ...componentFlags(kubeconfig, port, controllerManager),
    "client-ca-file": ca.certFile,
    "requestheader-client-ca-file": frontProxyCa.certFile,
    // Each controller acts under its own service account, as in a real cluster, so its RBAC is tested too.
    "use-service-account-credentials": true,
    "service-account-private-key-file": tokens.privateFile,
    "root-ca-file": ca.certFile,
    // For certificate requests of kubelets and users through the API.
    "cluster-signing-cert-file": ca.certFile,
    "cluster-signing-key-file": ca.keyFile,
    // Fake nodes take their pods' addresses from kwok.
    "allocate-node-cidrs": false,
    // At the default of 20 requests per second the start of all controllers alone takes 4 s.
    "kube-api-qps": 200,
    "kube-api-burst": 400,
    "horizontal-pod-autoscaler-sync-period": `${hpa.hpaSyncSeconds}s`,
    "horizontal-pod-autoscaler-downscale-stabilization": `${hpa.hpaDownscaleStabilizationSeconds}s`,
    "horizontal-pod-autoscaler-initial-readiness-delay": `${hpa.hpaInitialReadinessDelaySeconds}s`,
    "horizontal-pod-autoscaler-cpu-initialization-period": `${hpa.hpaCpuInitializationSeconds}s`,
  });
}

/** Arguments of kube-scheduler, which keeps upstream's default profile. */
export function schedulerFlags(kubeconfig: string, port: number, certificates: ControlPlaneCertificates): string[] {
  return toArguments(componentFlags(kubeconfig, port, certificates.scheduler));
}
