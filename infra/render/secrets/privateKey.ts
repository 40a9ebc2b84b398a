import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, type webcrypto } from "node:crypto";
import type { Generated, Inputs } from "./generated.ts";
import { SecretsError } from "./secretsError.ts";

/** Curves by the provider's names. */
const curves: Readonly<Record<string, string>> = { P256: "P-256", P384: "P-384", P521: "P-521" };

const hash = "SHA-256";

/** A PrivateKey of the algorithm that is asked for. */
export function privateKey({ algorithm, ecdsaCurve, rsaBits }: Inputs): Generated {
  const key = generate(String(algorithm), String(ecdsaCurve), Number(rsaBits ?? 2048));
  const pem = (type: "pkcs1" | "pkcs8" | "sec1"): string => key.export({ format: "pem", type }).toString();
  const outputs = {
    privateKeyPem: pem(algorithm === "RSA" ? "pkcs1" : "sec1"),
    privateKeyPemPkcs8: pem("pkcs8"),
    publicKeyPem: createPublicKey(key).export({ format: "pem", type: "spki" }).toString(),
  };
  return { outputs };
}

function generate(algorithm: string, curve: string, modulusLength: number): KeyObject {
  if (algorithm === "RSA") return generateKeyPairSync("rsa", { modulusLength }).privateKey;
  const namedCurve = curves[curve];
  if (algorithm !== "ECDSA" || namedCurve === undefined)
    throw new SecretsError(`--secrets can not make a key of algorithm ${algorithm} and curve ${curve}`);
  return generateKeyPairSync("ec", { namedCurve }).privateKey;
}

export interface SigningKeys {
  readonly keys: webcrypto.CryptoKeyPair;
  readonly algorithm: { readonly name: string; readonly hash: string };
}

type KeyAlgorithm = Parameters<KeyObject["toCryptoKey"]>[0];

/** A key in PEM, with its public half, as it signs. */
export function signingKeysOf(pem: string): SigningKeys {
  const secret = createPrivateKey(pem);
  // Of RSA there is none.
  const { crv: namedCurve } = secret.export({ format: "jwk" });
  const name = namedCurve === undefined ? "RSASSA-PKCS1-v1_5" : "ECDSA";
  const algorithm = { name, hash, ...(namedCurve !== undefined && { namedCurve }) } as KeyAlgorithm;
  return {
    keys: {
      privateKey: secret.toCryptoKey(algorithm, true, ["sign"]),
      publicKey: createPublicKey(secret).toCryptoKey(algorithm, true, ["verify"]),
    },
    algorithm: { name, hash },
  };
}
