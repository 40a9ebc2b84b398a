import { createAuthority, createTokenKeys, issueCertificate, type Certificate } from "./certificates.ts";

/** Files in one folder, named by who shows them. */
export interface ControlPlaneCertificates {
  /** Authority of the API server, the components, kubelets and users. */
  ca: Certificate;
  /** Whoever shows its certificate "front-proxy-client" may speak for any user. */
  frontProxyCa: Certificate;
  /** Whoever holds one of its certificates may read and write everything. */
  etcdCa: Certificate;
  etcd: Certificate;
  /** Shown to etcd by the API server. */
  etcdClient: Certificate;
  apiServer: Certificate;
  /** Shown to kubelets. */
  kubeletClient: Certificate;
  /** Shown to aggregated API servers. */
  frontProxyClient: Certificate;
  controllerManager: Certificate;
  scheduler: Certificate;
  /** In the group system:masters, which passes by all authorization. */
  admin: Certificate;
  /** Of service account tokens, which the API server signs and checks. */
  tokens: { publicFile: string; privateFile: string };
}

const loopback = ["DNS:localhost", "IP:127.0.0.1"];
/** What pods and aggregated servers call the API server. */
const serviceNames = [
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
];

/**
 * All keys and certificates of one control plane. The front proxy and etcd have authorities of their own: a client
 * certificate of the cluster must be able to neither impersonate users nor read the store.
 */
export async function createControlPlaneCertificates(
  folder: string,
  apiServerAddresses: readonly string[],
): Promise<ControlPlaneCertificates> {
  const [ca, frontProxyCa, etcdCa] = await Promise.all([
    createAuthority(folder, "ca"),
    createAuthority(folder, "front-proxy-ca"),
    createAuthority(folder, "etcd-ca"),
  ]);
  // No names of hosts: nobody connects to a client.
  const client = (authority: Certificate, name: string, commonName: string, group?: string): Promise<Certificate> =>
    issueCertificate(folder, authority, {
      name,
      commonName,
      ...(group === undefined ? {} : { organizations: [group] }),
    });
  const server = (authority: Certificate, name: string, commonName: string): Promise<Certificate> =>
    issueCertificate(folder, authority, { name, commonName, subjectAltNames: loopback });
  const apiServerNames = [...serviceNames.map((name) => `DNS:${name}`), ...apiServerAddresses.map((ip) => `IP:${ip}`)];

  const [etcd, etcdClient, apiServer, kubeletClient, frontProxyClient, controllerManager, scheduler, admin] =
    await Promise.all([
      server(etcdCa, "etcd", "etcd"),
      client(etcdCa, "etcd-client", "kube-apiserver"),
      issueCertificate(folder, ca, {
        name: "apiserver",
        commonName: "kube-apiserver",
        subjectAltNames: [...loopback, ...apiServerNames],
      }),
      // Kubelets ask the API server what this user may do, so it needs all rights.
      client(ca, "apiserver-kubelet-client", "kube-apiserver-kubelet-client", "system:masters"),
      client(frontProxyCa, "front-proxy-client", "front-proxy-client"),
      // These two serve their health over TLS and call the API server with the same certificate.
      server(ca, "controller-manager", "system:kube-controller-manager"),
      server(ca, "scheduler", "system:kube-scheduler"),
      client(ca, "admin", "admin", "system:masters"),
    ]);
  const tokens = createTokenKeys(folder);
  return {
    ...{ ca, frontProxyCa, etcdCa, etcd, etcdClient, apiServer, kubeletClient, frontProxyClient },
    ...{ controllerManager, scheduler, admin, tokens },
  };
}
