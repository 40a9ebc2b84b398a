import type { types } from "@pulumi/kubernetes";

/** Of the disk that each pod of a StatefulSet keeps, named `data`; `storageGi` in GiB. */
export const claimOf = (storageClass: string, storageGi: number): types.input.core.v1.PersistentVolumeClaim => ({
  metadata: { name: "data" },
  spec: {
    accessModes: ["ReadWriteOnce"],
    storageClassName: storageClass,
    resources: { requests: { storage: `${storageGi}Gi` } },
  },
});
