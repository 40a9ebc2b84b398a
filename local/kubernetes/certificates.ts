import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";

/** A certificate with its key, both PEM files. It is valid for a year and dies with its folder. */
export interface Certificate {
  certFile: string;
  /** Readable by the owner alone. */
  keyFile: string;
}

/** Whom or what a certificate is for. */
export interface CertificateRequest {
  /** Name of the files, without ending. */
  name: string;
  /** The user name, when a client shows the certificate. */
  commonName: string;
  /** The user's groups. */
  organizations?: readonly string[];
  /** For servers: entries like "DNS:localhost" and "IP:127.0.0.1". */
  subjectAltNames?: readonly string[];
}

/** A certificate authority of one run, valid as long as a test cluster can live. */
export async function createAuthority(folder: string, name: string): Promise<Certificate> {
  // Go's TLS refuses as issuer what is not marked as an authority.
  const extensions = ["basicConstraints = critical,CA:TRUE", "keyUsage = critical,keyCertSign,cRLSign"];
  return sign({ folder, name, subject: `/CN=${name}`, extensions });
}

/** A certificate for a server, a client or both, signed by the authority. */
export async function issueCertificate(
  folder: string,
  authority: Certificate,
  request: CertificateRequest,
): Promise<Certificate> {
  const { name, commonName, organizations = [], subjectAltNames = [] } = request;
  const subject = [...organizations.map((group) => `/O=${escaped(group)}`), `/CN=${escaped(commonName)}`].join("");
  const extensions = [
    "basicConstraints = critical,CA:FALSE",
    "keyUsage = critical,digitalSignature",
    // Both: controllers show one and the same certificate to their callers and to the API server.
    "extendedKeyUsage = serverAuth,clientAuth",
    // Go's TLS looks at these names only, never at the common name.
    ...(subjectAltNames.length > 0 ? [`subjectAltName = ${subjectAltNames.join(",")}`] : []),
  ];
  return sign({ folder, name, subject, extensions, authority });
}

/** The key pair that signs service account tokens. */
export function createTokenKeys(folder: string): { publicFile: string; privateFile: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const files = { publicFile: join(folder, "tokens.pub"), privateFile: join(folder, "tokens.key") };
  writeFileSync(files.publicFile, publicKey);
  writeFileSync(files.privateFile, privateKey, { mode: 0o600 });
  return files;
}

/** What goes into one call of openssl. */
interface Signing {
  folder: string;
  name: string;
  subject: string;
  extensions: readonly string[];
  /** Absent: the certificate signs itself. */
  authority?: Certificate;
}

async function sign({ folder, name, subject, extensions, authority }: Signing): Promise<Certificate> {
  const certFile = join(folder, `${name}.crt`);
  const keyFile = join(folder, `${name}.key`);
  // `req -x509` signs with another's key from OpenSSL 3 on.
  const issuer = authority === undefined ? [] : ["-CA", authority.certFile, "-CAkey", authority.keyFile];
  // A configuration of our own, because distributions differ in the extensions that theirs adds.
  const config = ["[req]", "distinguished_name = dn", "x509_extensions = ext", "[dn]", "[ext]", ...extensions, ""];
  const configFile = join(folder, `${name}.cnf`);
  writeFileSync(configFile, config.join("\n"));
  // An RSA key takes many times as long to make, and each control plane needs a dozen.
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", keyFile];
  const output = ["-subj", subject, "-days", "365", "-out", certFile];
  await runCommand("openssl", ["req", "-x509", "-config", configFile, ...key, ...output, ...issuer]);
  return { certFile, keyFile };
}

/** A slash would begin the next part of the subject. */
function escaped(text: string): string {
  return text.replace(/[\\/+]/g, "\\$&");
}
