import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  builtInBindingName,
  builtInRolesOf,
  permissionsOf,
  type BuiltInRole,
  type PolicyRule,
} from "../../autoscaler/src/config/permissions.ts";
import type { AutoscalerConfig } from "../../autoscaler/src/config/schema.ts";
import { labelsOf } from "../kubernetes/labels.ts";
import { namespace, workloads } from "../naming.ts";

export interface AutoscalerRolesArgs {
  readonly config: AutoscalerConfig;
}

const workload = workloads.autoscaler;

/** The least rights that the configuration needs, in each namespace where it needs some, for its service account. */
export class AutoscalerRoles extends pulumi.ComponentResource {
  constructor(name: string, args: AutoscalerRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:scaling:AutoscalerRoles", name, {}, opts);
    for (const [where, rules] of rulesByNamespace(args.config)) {
      const metadata = { name: workload, namespace: where, labels: labelsOf(workload, "scaling") };
      const role = new k8s.rbac.v1.Role(`${name}-${where}-role`, { metadata, rules }, { parent: this });
      new k8s.rbac.v1.RoleBinding(
        `${name}-${where}-binding`,
        {
          metadata,
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
          subjects: [{ kind: "ServiceAccount", name: workload, namespace }],
        },
        { parent: this },
      );
    }
    for (const role of builtInRolesOf(args.config)) this.#bind(`${name}-${role.name.replaceAll(":", "-")}`, role);
    this.registerOutputs({});
  }

  /** To a role that the cluster has anyway, under the name that the autoscaler's own command gives it. */
  #bind(name: string, role: BuiltInRole): void {
    const { namespace: where, kind } = role;
    const bindingName = builtInBindingName(role, { namespace, name: workload });
    const metadata = { name: bindingName, labels: labelsOf(workload, "scaling") };
    const binding = {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: role.name },
      subjects: [{ kind: "ServiceAccount", name: workload, namespace }],
    };
    const parent = { parent: this };
    if (where === undefined) new k8s.rbac.v1.ClusterRoleBinding(name, { metadata, ...binding }, parent);
    else new k8s.rbac.v1.RoleBinding(name, { metadata: { ...metadata, namespace: where }, ...binding }, parent);
  }
}

type Rule = k8s.types.input.rbac.v1.PolicyRule;

/** One Role a namespace, also where leases and targets share it. */
function rulesByNamespace(config: AutoscalerConfig): Map<string, Rule[]> {
  const grouped = Map.groupBy(permissionsOf(config, namespace), (permissions) => permissions.namespace);
  return new Map([...grouped].map(([where, all]) => [where, all.flatMap(({ rules }) => rules.map(toRule))]));
}

const toRule = ({ apiGroups, resources, resourceNames, verbs }: PolicyRule): Rule => ({
  apiGroups: [...apiGroups],
  resources: [...resources],
  ...(resourceNames && { resourceNames: [...resourceNames] }),
  verbs: [...verbs],
});
