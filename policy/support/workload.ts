/** Of a container, what policies read. All optional: a manifest may leave out anything. */
export interface Container {
  name?: string;
  image?: string;
  env?: { name?: string; value?: string; valueFrom?: unknown }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  readinessProbe?: object;
  livenessProbe?: object;
  lifecycle?: { preStop?: { exec?: { command?: string[] }; sleep?: { seconds?: number } } };
  restartPolicy?: string;
  securityContext?: SecurityContext;
}

export interface SecurityContext {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  readOnlyRootFilesystem?: boolean;
  allowPrivilegeEscalation?: boolean;
  privileged?: boolean;
  capabilities?: { drop?: string[]; add?: string[] };
  seccompProfile?: { type?: string };
}

export interface PodSpec {
  containers?: Container[];
  initContainers?: Container[];
  automountServiceAccountToken?: boolean;
  hostIPC?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  securityContext?: SecurityContext;
  serviceAccountName?: string;
  terminationGracePeriodSeconds?: number;
  topologySpreadConstraints?: { topologyKey?: string; whenUnsatisfiable?: string }[];
  volumes?: { name?: string; hostPath?: { path?: string } }[];
}

export interface Metadata {
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
}

export interface Workload {
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" | "Pod";
  readonly metadata: Metadata;
  readonly spec: { replicas?: number };
  readonly labels: Record<string, string>;
  readonly pod: PodSpec;
  /** Where the pod's spec stands, for messages. */
  readonly path: string;
}

interface Manifest {
  metadata?: Metadata;
  spec?: PodSpec & { replicas?: number; template?: Template; jobTemplate?: { spec?: { template?: Template } } };
}
interface Template {
  metadata?: Metadata;
  spec?: PodSpec;
}

/** What the program declared: in a stack's validation the properties of a Kubernetes object are the live ones, defaults filled in. */
export function declared(props: Record<string, unknown>): unknown {
  return props["__inputs"] ?? props;
}

const workloadTypes =
  /^kubernetes:(?:apps\/v1:(Deployment|StatefulSet|DaemonSet)|batch\/v1:(Job|CronJob)|core\/v1:(Pod))$/;

/** Where the pod's template stands in each kind; a Pod is its own. */
function templateOf(kind: Workload["kind"], { metadata, spec }: Manifest): [Template | undefined, string] {
  if (kind === "Pod") return [{ ...(metadata && { metadata }), ...(spec && { spec }) }, "spec"];
  if (kind === "CronJob") return [spec?.jobTemplate?.spec?.template, "spec.jobTemplate.spec.template.spec"];
  return [spec?.template, "spec.template.spec"];
}

function kindOf(type: string): Workload["kind"] | undefined {
  return workloadTypes.exec(type)?.slice(1).find(Boolean) as Workload["kind"] | undefined;
}

/** The resource as a workload, `undefined` for all that starts no pods. */
export function workloadOf(resource: { type: string; props: Record<string, unknown> }): Workload | undefined {
  const kind = kindOf(resource.type);
  if (kind === undefined) return undefined;
  const { metadata = {}, spec = {} } = declared(resource.props) as Manifest;
  const [template, path] = templateOf(kind, { metadata, spec });
  return { kind, metadata, spec, labels: template?.metadata?.labels ?? {}, pod: template?.spec ?? {}, path };
}

/** Every container with its path, init containers included. */
export function containersOf({ pod, path }: Workload): { container: Container; path: string; init: boolean }[] {
  return (["containers", "initContainers"] as const).flatMap((list) =>
    (pod[list] ?? []).map((container) => ({
      container,
      path: `${path}.${list}[${container.name ?? "?"}]`,
      init: list === "initContainers",
    })),
  );
}
