import type { KubeConfig } from "@kubernetes/client-node";

/** The namespace of the kubeconfig's context; in a pod that of its service account. Undefined where the context names none. */
export function currentNamespace(kubeConfig: KubeConfig): string | undefined {
  const namespace = kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace?.trim();
  return namespace === "" ? undefined : namespace;
}
