/** What the HPA of Kubernetes 1.36 prefers; it needs the older v1beta1 only where this one is missing. */
export const groupVersion = { group: "custom.metrics.k8s.io", version: "v1beta2" } as const;
const { group, version } = groupVersion;
const apiVersion = `${group}/${version}`;

const versionEntry = { groupVersion: apiVersion, version };
const groupEntry = { name: group, versions: [versionEntry], preferredVersion: versionEntry };

/** The document of a discovery path, undefined where there is none. `metrics`: names of those that are served. */
export function discoveryDocument(path: string, metrics: readonly string[]): object | undefined {
  switch (path.replace(/\/$/, "")) {
    case "/apis":
      return { kind: "APIGroupList", apiVersion: "v1", groups: [groupEntry] };
    case `/apis/${group}`:
      return { kind: "APIGroup", apiVersion: "v1", ...groupEntry };
    case `/apis/${apiVersion}`:
      return {
        kind: "APIResourceList",
        apiVersion: "v1",
        groupVersion: apiVersion,
        resources: metrics.map(toResource),
      };
    default:
      return undefined;
  }
}

/** A metric of pods is their subresource, as in every server of this API. */
function toResource(metric: string): object {
  return { name: `pods/${metric}`, singularName: "", namespaced: true, kind: "MetricValueList", verbs: ["get"] };
}
