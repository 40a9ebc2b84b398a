import type { StackObject } from "./objects.ts";

/** Objects that are applied together; the next wave begins when all of these are ready. */
export interface Wave {
  readonly name: string;
  /** In the order in which they are applied. */
  readonly kinds: readonly string[];
  /** Only objects with this label app.kubernetes.io/component; all when absent. */
  readonly component?: string;
}

const componentLabel = "app.kubernetes.io/component";

/** The order of a start, which is also the reversed order of an end. An object is in the first wave that takes it. */
export const waves: readonly Wave[] = [
  // Everything else names them: the API server refuses objects in a missing namespace and pods of a missing class.
  { name: "foundations", kinds: ["Namespace", "CustomResourceDefinition", "StorageClass", "PriorityClass"] },
  // Pods mount, use and are guarded by these from their first moment on.
  {
    name: "settings",
    kinds: [
      ...["ServiceAccount", "ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding"],
      ...["ConfigMap", "Secret", "NetworkPolicy", "Service", "PodDisruptionBudget", "PersistentVolumeClaim"],
    ],
  },
  // What keeps data knows nobody, and everybody else calls it.
  { name: "stores", kinds: ["StatefulSet"] },
  // They form clusters of the stores and bring the schema that the services read.
  { name: "preparation", kinds: ["Job"] },
  // What stands between the services and the stores.
  { name: "access", kinds: ["Deployment"], component: "data" },
  // None waits for another: they find each other when they call.
  { name: "services", kinds: ["Deployment", "DaemonSet"] },
  // An API without its server disturbs discovery and deletions, and an HPA would act on metrics that nobody serves yet.
  { name: "scaling", kinds: ["APIService", "HorizontalPodAutoscaler", "CronJob"] },
];

/** Kinds that no wave names, such as custom resources. */
const rest: Wave = { name: "others", kinds: [] };

/** The objects of each wave that has some, each in the order of its kinds. */
export function inWaves(objects: readonly StackObject[]): { wave: Wave; objects: StackObject[] }[] {
  const order = [...waves, rest];
  return order
    .map((wave) => ({
      wave,
      // Sorting is stable: objects of one kind stay as they were rendered.
      objects: objects
        .filter((object) => waveOf(object) === wave)
        .sort((a, b) => wave.kinds.indexOf(a.kind) - wave.kinds.indexOf(b.kind)),
    }))
    .filter((one) => one.objects.length > 0);
}

function waveOf({ kind, metadata }: StackObject): Wave {
  const takes = ({ kinds, component }: Wave): boolean =>
    kinds.includes(kind) && (component === undefined || metadata.labels?.[componentLabel] === component);
  return waves.find(takes) ?? rest;
}
