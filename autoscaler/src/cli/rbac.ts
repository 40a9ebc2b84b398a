import { stringify } from "yaml";
import {
  builtInBindingName,
  builtInRolesOf,
  permissionsOf,
  type BuiltInRole,
  type NamespacePermissions,
} from "../config/permissions.ts";
import { readConfig } from "./files.ts";

/** For whom the Roles are. */
export interface RbacOptions {
  /** The configuration's file. */
  readonly config: string;
  /** Where the autoscaler runs, and with it its service account. */
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * Prints Roles and RoleBindings with the least that this configuration needs, ready for `kubectl apply`. Rejects with a
 * ConfigError or a UsageError.
 */
export async function rbac(options: RbacOptions, print: (text: string) => void): Promise<void> {
  const config = await readConfig(options.config);
  const objects = [
    ...permissionsOf(config, options.namespace).flatMap((one) => manifests(one, options)),
    ...builtInRolesOf(config).map((role) => builtInBinding(role, options)),
  ];
  print(
    objects
      // Without aliases: kubectl reads them, but a person who reviews a Role should not have to resolve anything.
      .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
      .join("\n---\n"),
  );
}

const group = "rbac.authorization.k8s.io";

function manifests({ namespace, rules }: NamespacePermissions, options: RbacOptions): object[] {
  const { serviceAccount } = options;
  // Named after the account, so that a look at the Role tells whose it is.
  const metadata = { name: serviceAccount, namespace };
  return [
    // One Role a namespace instead of a ClusterRole: targets elsewhere stay out of reach.
    { apiVersion: `${group}/v1`, kind: "Role", metadata, rules },
    {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: group, kind: "Role", name: serviceAccount },
      subjects: subjects(options),
    },
  ];
}

function builtInBinding(role: BuiltInRole, options: RbacOptions): object {
  const { namespace, kind, name } = role;
  const account = { namespace: options.namespace, name: options.serviceAccount };
  return {
    apiVersion: `${group}/v1`,
    kind: namespace === undefined ? "ClusterRoleBinding" : "RoleBinding",
    metadata: { name: builtInBindingName(role, account), ...(namespace && { namespace }) },
    roleRef: { apiGroup: group, kind, name },
    subjects: subjects(options),
  };
}

/** The account is in the autoscaler's namespace, whichever one the role is in. */
const subjects = ({ serviceAccount, namespace }: RbacOptions): object[] => [
  { kind: "ServiceAccount", name: serviceAccount, namespace },
];
