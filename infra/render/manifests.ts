import type { CapturedResource } from "./capture.ts";
import { maskSecrets } from "./mask.ts";

/** A Kubernetes object as `kubectl apply` takes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The Kubernetes objects among the resources, in order of registration, with secrets masked; charts are Helm's own. */
export const manifestsOf = (resources: readonly CapturedResource[]): Manifest[] => toManifests(resources, maskSecrets);

/** The same with every secret in clear: for a cluster, never for eyes. */
export const manifestsInClear = (resources: readonly CapturedResource[]): Manifest[] =>
  toManifests(resources, ({ props }) => props);

function toManifests(
  resources: readonly CapturedResource[],
  propsOf: (resource: CapturedResource) => CapturedResource["props"],
): Manifest[] {
  return resources.filter(isObject).map((resource) => {
    const { apiVersion, kind, metadata, ...rest } = propsOf(resource) as unknown as Manifest;
    // Without a name of its own, Pulumi makes one up out of the resource's.
    return { apiVersion, kind, metadata: { ...metadata, name: metadata.name || resource.name }, ...rest };
  });
}

const isObject = ({ type, custom }: CapturedResource): boolean =>
  custom && type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/");
