import { namespace } from "../naming.ts";

export type Labels = Record<string, string>;

/** What selects a workload's pods; never more, since a selector can not be changed. */
export const selectorOf = (name: string): Labels => ({ "app.kubernetes.io/name": name });

/** The recommended labels of Kubernetes. `component` is what it is for: service, data, scaling, monitoring. */
export const labelsOf = (name: string, component: string): Labels => ({
  ...selectorOf(name),
  "app.kubernetes.io/component": component,
  "app.kubernetes.io/part-of": "jobsprint",
  "app.kubernetes.io/managed-by": "pulumi",
});

/** Metadata of an object in the platform's namespace, under the name that others refer to. */
export const metadataOf = (
  name: string,
  component: string,
  workload = name,
): { name: string; namespace: string; labels: Labels } => ({ name, namespace, labels: labelsOf(workload, component) });
