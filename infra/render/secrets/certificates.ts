/** Certificates as the provider tls makes them, from its inputs. */
// Before the library, which looks for it.
import "reflect-metadata";
import { randomBytes, type webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Generated, Inputs } from "./generated.ts";
import { signingKeysOf, type SigningKeys } from "./privateKey.ts";
import { SecretsError } from "./secretsError.ts";
import { namesOf, subjectOf } from "./subject.ts";
import { usesOf } from "./uses.ts";

const hourMs = 3_600_000;

/** Identifier of the extension with the DNS names. */
const subjectAlternativeName = "2.5.29.17";

export async function certificateRequest(inputs: Inputs): Promise<Generated> {
  const { keys, algorithm } = signingKeysOf(String(inputs["privateKeyPem"]));
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    keys,
    signingAlgorithm: algorithm,
    name: subjectOf(inputs),
    extensions: namesOf(inputs),
  });
  return { outputs: { certRequestPem: pemOf(request) } };
}

export async function selfSignedCertificate(inputs: Inputs): Promise<Generated> {
  const signer = signingKeysOf(String(inputs["privateKeyPem"]));
  const name = subjectOf(inputs);
  const extensions = namesOf(inputs);
  return sign(inputs, { subject: name, issuer: name, publicKey: signer.keys.publicKey, extensions }, signer);
}

export async function locallySignedCertificate(inputs: Inputs): Promise<Generated> {
  const request = new x509.Pkcs10CertificateRequest(String(inputs["certRequestPem"]));
  if (!(await request.verify())) throw new SecretsError("a certificate request is not signed by its own key");
  const signer = signingKeysOf(String(inputs["caPrivateKeyPem"]));
  const names = request.getExtension(subjectAlternativeName);
  const certified = {
    subject: request.subjectName,
    issuer: new x509.X509Certificate(String(inputs["caCertPem"])).subjectName,
    publicKey: request.publicKey,
    extensions: names === null ? [] : [names],
  };
  return sign(inputs, certified, signer);
}

/** Whom a certificate is for, and who says so. */
interface Certified {
  readonly subject: x509.Name | x509.JsonName;
  readonly issuer: x509.Name | x509.JsonName;
  readonly publicKey: webcrypto.CryptoKey | x509.PublicKey;
  readonly extensions: readonly x509.Extension[];
}

async function sign(inputs: Inputs, certified: Certified, { keys, algorithm }: SigningKeys): Promise<Generated> {
  const { subject, issuer, publicKey, extensions } = certified;
  const notBefore = new Date();
  const notAfter = new Date(notBefore.getTime() + Number(inputs["validityPeriodHours"]) * hourMs);
  const certificate = await x509.X509CertificateGenerator.create({
    // Positive whatever the bytes are.
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    ...{ subject, issuer, notBefore, notAfter, publicKey },
    signingKey: keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(inputs["isCaCertificate"] === true, undefined, true),
      ...usesOf(inputs),
      ...extensions,
      ...(inputs["setSubjectKeyId"] === true ? [await x509.SubjectKeyIdentifierExtension.create(publicKey)] : []),
      await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const renewAt = new Date(notAfter.getTime() - Number(inputs["earlyRenewalHours"] ?? 0) * hourMs);
  return { outputs: { certPem: pemOf(certificate) }, renewAt };
}

const pemOf = (data: { toString(format: "pem"): string }): string => `${data.toString("pem")}\n`;
