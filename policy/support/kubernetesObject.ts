import { declared, type Metadata } from "./workload.ts";

/** A Kubernetes object of one kind as the program declared it; `T` describes the fields that the policy reads. */
export type KubernetesObject<T> = { readonly metadata?: Metadata } & T;

/** Selects objects of the kinds, of any API version: `objectOf<…>("Role", "ClusterRole")(resource)`. */
export function objectOf<T>(...kinds: string[]) {
  return (resource: { type: string; props: Record<string, unknown> }): KubernetesObject<T> | undefined => {
    const kind = /^kubernetes:[^:]+:(\w+)$/.exec(resource.type)?.[1];
    return kind !== undefined && kinds.includes(kind) ? (declared(resource.props) as KubernetesObject<T>) : undefined;
  };
}

/** Namespaces are compared by name; an object without one is in `default`. */
export function namespaceOf({ metadata }: { readonly metadata?: Metadata }): string {
  return metadata?.namespace ?? "default";
}
