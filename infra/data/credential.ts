import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { checksumOf } from "../kubernetes/checksum.ts";
import { metadataOf } from "../kubernetes/labels.ts";

/** 62 letters and digits to the power of 32: 190 bits, and nothing to escape in an URL or a configuration file. */
const passwordLength = 32;

export interface CredentialArgs {
  readonly secretName: string;
  readonly username: string;
  /** Builds the Secret's key `url` from the password; no such key unless told. */
  readonly url?: (password: pulumi.Output<string>) => pulumi.Output<string>;
  /** Label of what it is for; data unless told. */
  readonly component?: string;
}

/** A user and a generated password, in a Secret of its own so that a pod mounts no other. */
export class Credential extends pulumi.ComponentResource {
  readonly secretName: string;
  readonly username: string;
  readonly password: pulumi.Output<string>;
  /** Annotation value: a new password replaces the pods that read the old one at start. */
  readonly checksum: pulumi.Output<string>;

  constructor(name: string, args: CredentialArgs, opts?: pulumi.ComponentResourceOptions) {
    const { secretName, username, url, component = "data" } = args;
    // A function is no value that Pulumi's state could hold.
    super("jobsprint:data:Credential", name, { secretName, username, component }, opts);
    const parent = { parent: this };
    this.secretName = secretName;
    this.username = username;
    // Without keepers: a password changes when somebody asks for it (pulumi up --replace), not along with other things.
    const generated = new random.RandomPassword(
      `${name}-password`,
      { length: passwordLength, special: false, minLower: 1, minUpper: 1, minNumeric: 1 },
      parent,
    );
    this.password = generated.result;
    const data = { username, password: this.password, ...(url && { url: url(this.password) }) };
    this.checksum = checksumOf(data);
    new k8s.core.v1.Secret(`${name}-secret`, { metadata: metadataOf(secretName, component), stringData: data }, parent);
    this.registerOutputs({ secretName, username, checksum: this.checksum });
  }
}
