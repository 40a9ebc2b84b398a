import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PodIdentity } from "../../cluster/podIdentity.ts";
import { checksumOf } from "../../kubernetes/checksum.ts";
import type { Mounted } from "../../kubernetes/certificates.ts";
import { metadataOf } from "../../kubernetes/labels.ts";
import { quantities } from "../../kubernetes/quantities.ts";
import { containerSecurity } from "../../kubernetes/security.ts";
import { toAws, type Flow } from "../../kubernetes/traffic.ts";
import { namespace, workloads } from "../../naming.ts";
import type { Credential } from "../credential.ts";

/** Where the superuser's name and password come from: RDS keeps them in Secrets Manager and rotates them, a pod's are ours. */
export type MasterSource =
  | { readonly kind: "credential"; readonly credential: Credential }
  | {
      readonly kind: "secretsManager";
      readonly secretArn: pulumi.Input<string>;
      /** Of the key that encrypts the secret. */
      readonly keyArn: pulumi.Input<string>;
      readonly clusterName: pulumi.Input<string>;
      readonly region: string;
      /** Image of AWS's command line. */
      readonly awsCli: string;
    };

export interface MasterCredentialArgs {
  readonly source: MasterSource;
}

const workload = workloads.schema;
const folder = "/run/master";
/** JSON with username and password, wherever it comes from. */
export const masterFile = `${folder}/credential.json`;
const secretName = "schema-master";

/** The superuser's credential as a file of the pods that migrate. */
export class MasterCredential extends pulumi.ComponentResource {
  readonly mounted: Mounted;
  /** What writes the file before the program starts. */
  readonly initContainers: types.input.core.v1.Container[];
  /** Whom the pod must reach for it. */
  readonly traffic: readonly Flow[];
  /** Annotation value; of a secret that is rotated elsewhere nothing is known here. */
  readonly checksum: pulumi.Output<string> | undefined;
  /** What must stand before a pod starts. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: MasterCredentialArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:MasterCredential", name, {}, opts);
    const { source } = args;
    if (source.kind === "credential") {
      const { username, password } = source.credential;
      const data = { "credential.json": pulumi.jsonStringify({ username, password }) };
      const metadata = metadataOf(secretName, "data", workload);
      this.ready = [new k8s.core.v1.Secret(`${name}-secret`, { metadata, stringData: data }, { parent: this })];
      this.checksum = checksumOf(data);
      this.initContainers = [];
      this.traffic = [];
      this.mounted = mountOf({ name: "master", secret: { secretName, defaultMode: 0o440 } });
    } else {
      const { secretArn, keyArn, clusterName } = source;
      const policy = readPolicy(secretArn, keyArn);
      const identity = { clusterName, namespace, serviceAccount: workload, policy };
      this.ready = [new PodIdentity(`${name}-identity`, identity, { parent: this })];
      this.checksum = undefined;
      this.initContainers = [fetchContainer(source)];
      this.traffic = toAws;
      this.mounted = mountOf({ name: "master", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } });
    }
    this.registerOutputs({});
  }
}

const mountOf = (volume: types.input.core.v1.Volume): Mounted => ({
  volumes: [volume],
  mounts: [{ name: "master", mountPath: folder }],
});

function fetchContainer({ awsCli, region, secretArn }: Extract<MasterSource, { kind: "secretsManager" }>) {
  const fetch = `umask 077 && aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text >${masterFile}`;
  return {
    name: "master-credential",
    image: awsCli,
    command: ["sh", "-ec", fetch, "sh", secretArn],
    env: [
      { name: "AWS_REGION", value: region },
      // The command line keeps a session's file in its home, and the image's is read-only.
      { name: "HOME", value: folder },
    ],
    resources: quantities({ cpu: 0.25, memoryGi: 0.25 }),
    securityContext: containerSecurity,
    volumeMounts: [{ name: "master", mountPath: folder }],
  };
}

const readPolicy = (secretArn: pulumi.Input<string>, keyArn: pulumi.Input<string>): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn },
      { Effect: "Allow", Action: "kms:Decrypt", Resource: keyArn },
    ],
  });
