import type { Manifest } from "../../../infra/render/manifests.ts";

export interface PodManifest extends Manifest {
  readonly spec: Record<string, unknown>;
}

interface Template {
  readonly metadata?: object;
  readonly spec: Record<string, unknown>;
}

interface Workload {
  readonly kind: string;
  readonly metadata: Manifest["metadata"];
  readonly spec?: {
    template?: Template;
    jobTemplate?: { spec: { template: Template } };
    volumeClaimTemplates?: { metadata: { name: string } }[];
  };
}

/** The pod that a workload would make; none of what is no workload. */
export function podsOf(manifest: Manifest): PodManifest[] {
  const { kind, metadata, spec } = manifest as Workload;
  const template = kind === "CronJob" ? spec?.jobTemplate?.spec.template : spec?.template;
  if (template === undefined) return [];
  const name = `${metadata.name.slice(0, 50)}-pod`;
  // The controller adds the volume of each claim.
  const claims = (spec?.volumeClaimTemplates ?? []).map((claim) => ({ name: claim.metadata.name, emptyDir: {} }));
  const volumes = [...((template.spec["volumes"] as object[] | undefined) ?? []), ...claims];
  return [
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...template.metadata, ...(metadata.namespace && { namespace: metadata.namespace }), name },
      spec: { ...template.spec, volumes },
    },
  ];
}
