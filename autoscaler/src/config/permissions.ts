import type { AutoscalerConfig, TargetConfig } from "./schema.ts";

/** One rule of a Role, word for word. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Absent: all objects of the resource in the namespace. */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What one Role has to grant; no ClusterRole of our own is ever needed. */
export interface NamespacePermissions {
  readonly namespace: string;
  readonly rules: readonly PolicyRule[];
}

/** A role that every cluster has; the account needs only the binding to it. */
export interface BuiltInRole {
  /** Where the RoleBinding stands; absent: it is a ClusterRoleBinding. */
  readonly namespace?: string;
  readonly kind: "ClusterRole" | "Role";
  readonly name: string;
}

/** Targets whose states share one ConfigMap, which may hold 1 MiB; the store and the Role rely on the same number. */
export const targetsPerConfigMap = 200;

/**
 * The least that the autoscaler needs, by namespace; `ownNamespace` is where its lease and states live unless the
 * configuration says otherwise. What is switched off needs no permission.
 */
export function permissionsOf(config: AutoscalerConfig, ownNamespace: string): NamespacePermissions[] {
  const rules = new Map<string, PolicyRule[]>();
  const add = (namespace: string, more: readonly PolicyRule[]): void => {
    rules.set(namespace, [...(rules.get(namespace) ?? []), ...more]);
  };
  if (config.leaderElection.enabled) add(config.leaderElection.namespace ?? ownNamespace, leaseRules(config));
  if (config.state.store === "configMap") add(config.state.namespace ?? ownNamespace, stateRules(config));
  for (const [namespace, targets] of Map.groupBy(config.targets, (target) => target.scaleTargetRef.namespace))
    add(namespace, targetRules(targets));
  for (const namespace of servedNamespaces(config)) add(namespace, [podsRule([])]);
  return [...rules].map(([namespace, all]) => ({ namespace, rules: all }));
}

/** What an aggregated API needs to know its callers and to ask what they may do; nothing where none is served. */
export function builtInRolesOf(config: AutoscalerConfig): BuiltInRole[] {
  if (config.customMetrics === undefined) return [];
  return [
    // TokenReview and SubjectAccessReview, which are in no namespace.
    { kind: "ClusterRole", name: "system:auth-delegator" },
    // The authorities of client certificates, from the one ConfigMap that the API server writes.
    { namespace: "kube-system", kind: "Role", name: "extension-apiserver-authentication-reader" },
  ];
}

/**
 * Name of the account's binding to a built-in role: two autoscalers of one cluster must not share one, and outside a namespace
 * the account alone is no name.
 */
export function builtInBindingName({ name }: BuiltInRole, account: { namespace: string; name: string }): string {
  return `${account.namespace}-${account.name}-${name.replaceAll(":", "-")}`;
}

/** Namespaces of served pods in which no target has them watched already. */
function servedNamespaces({ customMetrics, targets }: AutoscalerConfig): Set<string> {
  const watched = new Set(targets.map(({ scaleTargetRef }) => scaleTargetRef.namespace));
  const served = customMetrics?.metrics.flatMap(({ pods }) => pods?.namespace ?? []) ?? [];
  return new Set(served.filter((namespace) => !watched.has(namespace)));
}

const podsRule = (more: readonly string[]): PolicyRule => ({
  apiGroups: [""],
  resources: ["pods"],
  verbs: ["list", "watch", ...more],
});

/** `create` cannot be narrowed by name: the name is not known when it is authorised. */
function leaseRules({ leaderElection: { leaseName } }: AutoscalerConfig): PolicyRule[] {
  const lease = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
  return [
    { ...lease, verbs: ["create"] },
    { ...lease, resourceNames: [leaseName], verbs: ["get", "update"] },
  ];
}

function stateRules({ state, targets }: AutoscalerConfig): PolicyRule[] {
  const maps = Math.ceil(targets.length / targetsPerConfigMap);
  // Named one by one, so that no other ConfigMap of the namespace can be read or changed.
  const names = Array.from({ length: maps }, (_, index) => `${state.configMapName}-${index}`);
  const configMaps = { apiGroups: [""], resources: ["configmaps"] };
  return [
    { ...configMaps, verbs: ["create"] },
    // A patch carries the states that have changed; an update would carry all of the map.
    { ...configMaps, resourceNames: names, verbs: ["get", "patch"] },
  ];
}

function targetRules(targets: readonly TargetConfig[]): PolicyRule[] {
  // The plural of each kind that the schema allows ends in a plain s.
  const byKind = Map.groupBy(targets, (target) => `${target.scaleTargetRef.kind.toLowerCase()}s`);
  const workloads = [...byKind].flatMap(([resource, ofKind]): PolicyRule[] => [
    // A watch of one name each would be a connection for each target.
    { apiGroups: ["apps"], resources: [resource], verbs: ["get", "list", "watch"] },
    {
      apiGroups: ["apps"],
      resources: [`${resource}/scale`],
      resourceNames: [...new Set(ofKind.map(({ scaleTargetRef }) => scaleTargetRef.name))],
      // The count itself is read from the workload.
      verbs: ["patch"],
    },
  ]);
  const usesResources = targets.some(({ metrics }) => Object.values(metrics).some(({ resource }) => resource));
  // A permission to change pods is worth avoiding, so only where the feature can work.
  const choosesPods = targets.some((target) => target.podDeletionCost && readsQueues(target));
  return [
    ...workloads,
    // The annotation that makes idle pods go first is on the pods.
    podsRule(choosesPods ? ["patch"] : []),
    { apiGroups: [""], resources: ["events"], verbs: ["create"] },
    // To see another autoscaler of the same target.
    { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: ["list"] },
    { apiGroups: ["keda.sh"], resources: ["scaledobjects"], verbs: ["list"] },
    ...(usesResources ? [{ apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["list"] }] : []),
  ];
}

const readsQueues = ({ metrics }: TargetConfig): boolean =>
  Object.values(metrics).some(({ rabbitmq }) => rabbitmq?.queues !== undefined);
