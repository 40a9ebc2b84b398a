import type { StackObject } from "./objects.ts";

/** On a pod template: what its images were when it was applied. */
const annotation = "jobsprint.dev/images";

interface Templated extends StackObject {
  readonly spec: {
    readonly template: {
      readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] };
    };
  };
}

interface Container {
  readonly image: string;
}

// Each run of a CronJob is a new pod as it is.
const kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/**
 * The object with the digests of its images in its pod template: tags stay when an image is built anew, and pods of two
 * builds would run side by side. Images that are not among the digests (reference → digest) are left out.
 */
export function withImageDigests(object: StackObject, digests: ReadonlyMap<string, string>): StackObject {
  if (!kinds.includes(object.kind)) return object;
  const { spec } = object as Templated;
  const { template } = spec;
  const images = [...(template.spec.initContainers ?? []), ...template.spec.containers].map(({ image }) => image);
  const known = [...new Set(images)].sort().flatMap((image) => {
    const digest = digests.get(image);
    return digest === undefined ? [] : [`${image}@${digest}`];
  });
  if (known.length === 0) return object;
  const annotations = { ...template.metadata?.annotations, [annotation]: known.join(",") };
  const marked = { ...template, metadata: { ...template.metadata, annotations } };
  return { ...object, spec: { ...spec, template: marked } } as StackObject;
}
