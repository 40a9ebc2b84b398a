import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AuthenticationV1TokenRequest, V1TokenRequestSpec, type CoreV1Api } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { issueCertificate, type Certificate } from "./certificates.ts";

/** Where the API server is and who vouches for it. */
export interface KubeconfigCluster {
  url: string;
  caFile: string;
}

/** Who a kubeconfig speaks for. The service account must exist. */
export type Identity =
  { user: string; groups?: readonly string[] } | { serviceAccount: string; namespace: string; tokenSeconds?: number };

/** Writes a kubeconfig that carries its credentials, readable by the owner alone. Returns the path. */
export function writeKubeconfig(
  path: string,
  cluster: KubeconfigCluster,
  credentials: Certificate | { token: string },
): string {
  // Copies, not paths: the file works wherever it is taken, also after its keys were removed.
  const base64 = (file: string): string => readFileSync(file).toString("base64");
  const user =
    "token" in credentials
      ? credentials
      : { "client-certificate-data": base64(credentials.certFile), "client-key-data": base64(credentials.keyFile) };
  const server = { server: cluster.url, "certificate-authority-data": base64(cluster.caFile) };
  const document = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "local", cluster: server }],
    users: [{ name: "local", user }],
    contexts: [{ name: "local", context: { cluster: "local", user: "local" } }],
    "current-context": "local",
  };
  writeFileSync(path, stringify(document), { mode: 0o600 });
  return path;
}

/** What makes credentials for one cluster. */
export interface Issuer {
  folder: string;
  cluster: KubeconfigCluster;
  /** Signs the certificates of users. */
  authority: Certificate;
  /** Requests the tokens of service accounts; an administrator's client. */
  core: CoreV1Api;
}

/** Credentials for an identity, as a kubeconfig file of its own. Returns its path. */
export async function issueKubeconfig(issuer: Issuer, identity: Identity): Promise<string> {
  // A fresh name for each, since a user may ask twice with different groups.
  const name = `client-${randomUUID()}`;
  return writeKubeconfig(
    join(issuer.folder, `${name}.kubeconfig`),
    issuer.cluster,
    "user" in identity
      ? await issueCertificate(issuer.folder, issuer.authority, {
          ...{ name, commonName: identity.user, organizations: identity.groups ?? [] },
        })
      : { token: await requestToken(issuer.core, identity) },
  );
}

/** A token for an hour unless told otherwise; the API server allows ten minutes at least. */
async function requestToken(
  core: CoreV1Api,
  { serviceAccount, namespace, tokenSeconds = 3600 }: Extract<Identity, { serviceAccount: string }>,
): Promise<string> {
  const body = new AuthenticationV1TokenRequest();
  // No audiences means those of the API server itself.
  body.spec = Object.assign(new V1TokenRequestSpec(), { audiences: [], expirationSeconds: tokenSeconds });
  const { status } = await core.createNamespacedServiceAccountToken({ name: serviceAccount, namespace, body });
  if (status?.token === undefined) throw new Error(`no token for service account ${namespace}/${serviceAccount}`);
  return status.token;
}
