import { stringify } from "yaml";
import { permissionsOf, type NamespacePermissions } from "../config/permissions.ts";
import { readConfig } from "./files.ts";

export interface RbacOptions {
  readonly config: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Prints Roles and RoleBindings with the least that this configuration needs, ready for `kubectl apply`. */
export async function rbac(options: RbacOptions, print: (text: string) => void): Promise<void> {
  const permissions = permissionsOf(await readConfig(options.config), options.namespace);
  const objects = permissions.flatMap((one) => manifests(one, options));
  print(
    objects
      .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
      .join("\n---\n"),
  );
}

function manifests(
  { namespace, rules }: NamespacePermissions,
  { serviceAccount, namespace: own }: RbacOptions,
): object[] {
  const rbacGroup = "rbac.authorization.k8s.io";
  const metadata = { name: serviceAccount, namespace };
  return [
    { apiVersion: `${rbacGroup}/v1`, kind: "Role", metadata, rules },
    {
      apiVersion: `${rbacGroup}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbacGroup, kind: "Role", name: serviceAccount },
      subjects: [{ kind: "ServiceAccount", name: serviceAccount, namespace: own }],
    },
  ];
}
