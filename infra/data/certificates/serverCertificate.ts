import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { checksumOf } from "../../kubernetes/checksum.ts";
import { metadataOf } from "../../kubernetes/labels.ts";
import { certificate } from "../../naming.ts";
import type { CertificateAuthority } from "./certificateAuthority.ts";

const validityHours = 365 * 24;
/** A stack that is deployed once in three months never runs out. */
const renewalHours = 90 * 24;

export interface ServerCertificateArgs {
  readonly authority: CertificateAuthority;
  /** Name of the workload; the Secret is `<workload>-tls`. */
  readonly workload: string;
  /** Every name under which clients or other members reach it; the first is the subject. */
  readonly dnsNames: readonly string[];
  /** Label of what it is for; data unless told. */
  readonly component?: string;
}

/** Key and certificate of a server, in a Secret of type kubernetes.io/tls. */
export class ServerCertificate extends pulumi.ComponentResource {
  readonly secretName: string;
  /** Annotation value: a renewed certificate replaces the pods that hold the old one. */
  readonly checksum: pulumi.Output<string>;

  constructor(name: string, args: ServerCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:ServerCertificate", name, args, opts);
    const parent = { parent: this };
    const { authority, workload, dnsNames, component = "data" } = args;
    this.secretName = certificate.secretOf(workload);

    const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, parent);
    const request = new tls.CertRequest(
      `${name}-request`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: commonName(dnsNames, workload) },
        dnsNames: [...dnsNames],
      },
      parent,
    );
    const signed = new tls.LocallySignedCert(
      `${name}-certificate`,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: authority.privateKeyPem,
        caCertPem: authority.certificatePem,
        // Members of a cluster are each other's clients.
        allowedUses: ["digital_signature", "server_auth", "client_auth"],
        validityPeriodHours: validityHours,
        earlyRenewalHours: renewalHours,
      },
      parent,
    );
    // PKCS #8 is the form that every server's TLS library reads.
    const pair = { "tls.crt": signed.certPem, "tls.key": key.privateKeyPemPkcs8 };
    this.checksum = checksumOf(pair);
    new k8s.core.v1.Secret(
      `${name}-secret`,
      { metadata: metadataOf(this.secretName, component, workload), type: "kubernetes.io/tls", stringData: pair },
      parent,
    );
    this.registerOutputs({ secretName: this.secretName, checksum: this.checksum });
  }
}

/** A subject's common name has at most 64 characters; clients look at the DNS names only. */
const commonName = (dnsNames: readonly string[], workload: string): string =>
  dnsNames.find((dnsName) => dnsName.length <= 64) ?? workload;
