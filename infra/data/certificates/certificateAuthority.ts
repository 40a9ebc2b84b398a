import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { metadataOf } from "../../kubernetes/labels.ts";
import { authority } from "../../naming.ts";

/** Ten years: when it is replaced, every certificate and every client's copy is too. */
const validityHours = 10 * 365 * 24;
/** A year earlier, so that no certificate outlives the authority that signed it. */
const renewalHours = 365 * 24;

export type CertificateAuthorityArgs = Readonly<Record<string, never>>;

/** The platform's own authority: the servers inside the cluster prove with it who they are. Its key stays in Pulumi's state. */
export class CertificateAuthority extends pulumi.ComponentResource {
  /** PEM, secret. */
  readonly privateKeyPem: pulumi.Output<string>;
  /** PEM; everybody may read it. */
  readonly certificatePem: pulumi.Output<string>;

  constructor(name: string, args: CertificateAuthorityArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:CertificateAuthority", name, args, opts);
    const parent = { parent: this };
    const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, parent);
    const certificate = new tls.SelfSignedCert(
      `${name}-certificate`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: "Jobsprint in-cluster authority", organization: "Jobsprint" },
        isCaCertificate: true,
        setSubjectKeyId: true,
        allowedUses: ["cert_signing", "crl_signing"],
        validityPeriodHours: validityHours,
        earlyRenewalHours: renewalHours,
      },
      parent,
    );
    this.privateKeyPem = key.privateKeyPem;
    this.certificatePem = certificate.certPem;
    new k8s.core.v1.ConfigMap(
      `${name}-configmap`,
      { metadata: metadataOf(authority.configMap, "data"), data: { [authority.key]: this.certificatePem } },
      parent,
    );
    this.registerOutputs({ certificatePem: this.certificatePem });
  }
}
