import { X509Certificate } from "node:crypto";

/** Whose word is taken: the API server's own configuration, as its ConfigMap tells it. */
export interface AuthenticationConfig {
  /** Authorities of clients' own certificates. */
  readonly clientAuthorities: readonly X509Certificate[];
  /** Authorities of the aggregation layer's certificate. */
  readonly proxyAuthorities: readonly X509Certificate[];
  /** Common names that the aggregation layer may have; empty: any, as in the API server's own delegated authentication. */
  readonly proxyNames: readonly string[];
  readonly headers: IdentityHeaders;
}

/** In lower case, as Node tells headers. */
export interface IdentityHeaders {
  readonly username: readonly string[];
  readonly uid: readonly string[];
  readonly group: readonly string[];
  readonly extraPrefix: readonly string[];
}

/** Reads kube-system/extension-apiserver-authentication; throws an error that names the key. Without its authorities nobody is trusted. */
export function parseAuthentication(data: Readonly<Record<string, string>>): AuthenticationConfig {
  return {
    clientAuthorities: certificates(data, "client-ca-file"),
    proxyAuthorities: certificates(data, "requestheader-client-ca-file"),
    proxyNames: names(data, "requestheader-allowed-names"),
    headers: {
      username: headers(data, "requestheader-username-headers"),
      uid: headers(data, "requestheader-uid-headers"),
      group: headers(data, "requestheader-group-headers"),
      extraPrefix: headers(data, "requestheader-extra-headers-prefix"),
    },
  };
}

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificates(data: Readonly<Record<string, string>>, key: string): X509Certificate[] {
  const text = data[key] ?? "";
  const found = text.match(pem) ?? [];
  if (text !== "" && found.length === 0) throw new Error(`${key} has no certificate`);
  try {
    return found.map((one) => new X509Certificate(one));
  } catch (error) {
    throw new Error(`${key} has a certificate that cannot be read`, { cause: error });
  }
}

function names(data: Readonly<Record<string, string>>, key: string): string[] {
  const parsed: unknown = parsedJson(data[key] ?? "[]", key);
  if (Array.isArray(parsed) && parsed.every((one) => typeof one === "string")) return parsed;
  throw new Error(`${key} is no list of texts`);
}

const headers = (data: Readonly<Record<string, string>>, key: string): string[] =>
  names(data, key).map((name) => name.toLowerCase());

function parsedJson(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${key} is no JSON`);
  }
}
