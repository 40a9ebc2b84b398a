import type { types } from "@pulumi/kubernetes";
import { authority, certificate } from "../naming.ts";

type Volume = types.input.core.v1.Volume;
type Mount = types.input.core.v1.VolumeMount;

export interface Mounted {
  readonly volumes: Volume[];
  readonly mounts: Mount[];
}

/** What a client needs to trust the servers of the namespace. */
export const authorityMount: Mounted = {
  volumes: [{ name: "ca", configMap: { name: authority.configMap } }],
  mounts: [{ name: "ca", mountPath: authority.folder, readOnly: true }],
};

/** A server's own key and certificate, and the authority beside it. */
export const certificateMount = (workload: string): Mounted => ({
  volumes: [
    ...authorityMount.volumes,
    // Readable by the pod's group alone: PostgreSQL refuses a key that others may read.
    { name: "tls", secret: { secretName: certificate.secretOf(workload), defaultMode: 0o440 } },
  ],
  mounts: [...authorityMount.mounts, { name: "tls", mountPath: certificate.folder, readOnly: true }],
});

/** A Secret's keys as files in `folder`. */
export const secretMount = (name: string, folder: string): Mounted => ({
  volumes: [{ name, secret: { secretName: name, defaultMode: 0o440 } }],
  mounts: [{ name, mountPath: folder, readOnly: true }],
});

/** Volumes and mounts of several, each name once. */
export function joinMounts(...all: readonly Mounted[]): Mounted {
  const once = <T extends { name: unknown }>(items: T[]): T[] => [
    ...new Map(items.map((item) => [item.name, item])).values(),
  ];
  return { volumes: once(all.flatMap(({ volumes }) => volumes)), mounts: once(all.flatMap(({ mounts }) => mounts)) };
}
