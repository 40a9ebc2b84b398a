import type { PolicyResource } from "@pulumi/policy";
import { parse } from "yaml";
import { namespaceOf, objectOf } from "./kubernetesObject.ts";
import { ifKnown } from "./validate.ts";
import type { Metadata, Workload } from "./workload.ts";

interface Target {
  kind?: string;
  name?: string;
  namespace?: string;
}
interface AutoscalerConfig {
  kind?: string;
  targets?: { scaleTargetRef?: Target }[];
}

const asScaler = objectOf<{ spec?: { scaleTargetRef?: Target } }>("HorizontalPodAutoscaler");
const asConfigMap = objectOf<{ metadata?: Metadata; data?: Record<string, string> }>("ConfigMap");

/** Targets in the configuration of the autoscaler, which stands in a ConfigMap. */
function targetsInText(text: string): Target[] {
  if (!text.includes("AutoscalerConfig")) return [];
  const config = parse(text) as AutoscalerConfig | null;
  if (config?.kind !== "AutoscalerConfig") return [];
  return (config.targets ?? []).flatMap(({ scaleTargetRef }) => scaleTargetRef ?? []);
}

function targetsOf(resource: PolicyResource): Target[] {
  const scaler = asScaler(resource);
  if (scaler !== undefined) return [{ ...scaler.spec?.scaleTargetRef, namespace: namespaceOf(scaler) }];
  return Object.values(asConfigMap(resource)?.data ?? {}).flatMap(targetsInText);
}

/** Whether an HPA or the autoscaler sets the workload's count. */
export function isScaled(workload: Workload, resources: PolicyResource[]): boolean {
  return resources
    .flatMap((resource) => ifKnown(() => targetsOf(resource)) ?? [])
    .some(
      ({ kind, name, namespace }) =>
        kind === workload.kind && name === workload.metadata.name && (namespace ?? "default") === namespaceOf(workload),
    );
}

/** How many pods to count on; what is scaled runs two at least sooner or later, what has no count is no service. */
export function replicasOf(workload: Workload, resources: PolicyResource[]): number {
  if (workload.kind !== "Deployment" && workload.kind !== "StatefulSet") return 1;
  const replicas = workload.spec.replicas ?? 1;
  return isScaled(workload, resources) ? Math.max(2, replicas) : replicas;
}
