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

/**
 * Kubernetes can not change the claims of a StatefulSet: another size would delete it and make it anew. They keep what
 * they were created with; an existing disk is grown by its claim.
 */
export const claimsStay = { ignoreChanges: ["spec.volumeClaimTemplates"] };
