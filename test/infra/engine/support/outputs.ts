import type { Bag } from "./echo.ts";
import { plantedSecret, secret } from "./secrets.ts";

/** A resource that was asked for. */
export interface Asked {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Bag;
}

type Outputs = (asked: Asked) => Bag;

/** Outputs that a provider generates, by type. */
const generated: Readonly<Record<string, Outputs>> = {
  "random:index/randomPassword:RandomPassword": ({ urn }) => ({ result: secret(plantedSecret(urn)) }),
  "random:index/randomBytes:RandomBytes": ({ urn }) => ({
    base64: secret(plantedSecret(urn)),
    hex: secret(plantedSecret(urn)),
  }),
  "random:index/randomId:RandomId": ({ urn }) => ({ hex: plantedSecret(urn).slice(0, 8) }),
  "tls:index/privateKey:PrivateKey": ({ urn }) => ({
    privateKeyPem: secret(pem("PRIVATE KEY", plantedSecret(urn))),
    privateKeyPemPkcs8: secret(pem("PRIVATE KEY", plantedSecret(urn))),
    publicKeyPem: pem("PUBLIC KEY", "public"),
  }),
  "tls:index/selfSignedCert:SelfSignedCert": () => ({ certPem: pem("CERTIFICATE", "self-signed") }),
  "tls:index/certRequest:CertRequest": () => ({ certRequestPem: pem("CERTIFICATE REQUEST", "request") }),
  "tls:index/locallySignedCert:LocallySignedCert": () => ({ certPem: pem("CERTIFICATE", "signed") }),
};

/** Id and all outputs of the resource as it was made. */
export function outputsOf(asked: Asked): { id: string; outputs: Bag } {
  const { type, name, inputs } = asked;
  if (type.startsWith("kubernetes:")) return ofKubernetes(asked);
  const id = `${name}-id`;
  return { id, outputs: { arn: `arn:aws:test:${name}`, name: id, ...inputs, id, ...generated[type]?.(asked) } };
}

function ofKubernetes({ name, inputs }: Asked): { id: string; outputs: Bag } {
  const metadata = (inputs["metadata"] ?? {}) as { name?: string; namespace?: string };
  const named = { ...metadata, name: metadata.name ?? `${name}-1234abcd` };
  const id = named.namespace === undefined ? named.name : `${named.namespace}/${named.name}`;
  return { id, outputs: { ...inputs, metadata: named } };
}

/** The answer to a function call of a program. Throws for one that has no answer here. */
export function answer(token: string, _inputs: Bag): Bag {
  throw new Error(`no answer to ${token} in test/infra/engine/support/outputs.ts`);
}

function pem(what: string, text: string): string {
  return `-----BEGIN ${what}-----\n${text}\n-----END ${what}-----\n`;
}
