import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { checksumOf } from "../kubernetes/checksum.ts";
import { metadataOf } from "../kubernetes/labels.ts";
import { workloads } from "../naming.ts";
import { encryptionSecret } from "./n8n.ts";

export interface EncryptionKeyArgs {
  /** Whether Pulumi refuses to delete or replace it. */
  readonly protect: boolean;
}

/** 256 bits, as n8n's cipher takes them. */
const bytes = 32;

/** The key under which n8n keeps its users' credentials, the same for all its pods. */
export class EncryptionKey extends pulumi.ComponentResource {
  /** Annotation value that changes with the key. */
  readonly checksum: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:services:EncryptionKey", name, args, opts);
    const options = { parent: this, protect: args.protect };
    const key = new random.RandomBytes(`${name}-bytes`, { length: bytes }, options);
    const data = { [encryptionSecret.key]: key.base64 };
    const metadata = metadataOf(encryptionSecret.name, "service", workloads.workflowService);
    new k8s.core.v1.Secret(`${name}-secret`, { metadata, stringData: data }, options);
    this.checksum = checksumOf(data);
    this.registerOutputs({ checksum: this.checksum });
  }
}
