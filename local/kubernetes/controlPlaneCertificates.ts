import { createAuthority, createTokenKeys, issueCertificate, type Certificate } from "./certificates.ts";

export interface ControlPlaneCertificates {
  ca: Certificate;
  frontProxyCa: Certificate;
  etcdCa: Certificate;
  etcd: Certificate;
  etcdClient: Certificate;
  apiServer: Certificate;
  /** Shown to kubelets. */
  kubeletClient: Certificate;
  /** Shown to aggregated API servers. */
  frontProxyClient: Certificate;
  controllerManager: Certificate;
  scheduler: Certificate;
  admin: Certificate;
  tokens: { publicFile: string; privateFile: string };
}

const loopback = ["DNS:localhost", "IP:127.0.0.1"];
const serviceNames = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];

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
