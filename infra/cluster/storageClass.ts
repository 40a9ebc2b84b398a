import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The strategy's name for it. */
export const storageClassName = "fast-ssd";

export interface StorageClassArgs {
  /** Whether a volume outlives the claim on it. */
  readonly retainVolumes: boolean;
}

/** Encrypted gp3 volumes, the default of claims that name no class. */
export class StorageClass extends pulumi.ComponentResource {
  constructor(name: string, args: StorageClassArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:cluster:StorageClass", name, args, opts);
    new k8s.storage.v1.StorageClass(
      `${name}-class`,
      {
        metadata: {
          name: storageClassName,
          annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        },
        provisioner: "ebs.csi.aws.com",
        parameters: { type: "gp3", encrypted: "true" },
        // In the zone where the scheduler puts the pod.
        volumeBindingMode: "WaitForFirstConsumer",
        reclaimPolicy: args.retainVolumes ? "Retain" : "Delete",
        allowVolumeExpansion: true,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
