import { stringify } from "yaml";
import { permissionsOf, type NamespacePermissions } from "../config/permissions.ts";
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
  const permissions = permissionsOf(await readConfig(options.config), options.namespace);
  const objects = permissions.flatMap((one) => manifests(one, options));
  print(
    objects
      // Without aliases: kubectl reads them, but a person who reviews a Role should not have to resolve anything.
      .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
      .join("\n---\n"),
  );
}

function manifests(
  { namespace, rules }: NamespacePermissions,
  { serviceAccount, namespace: own }: RbacOptions,
): object[] {
  const rbacGroup = "rbac.authorization.k8s.io";
  // Named after the account, so that a look at the Role tells whose it is.
  const metadata = { name: serviceAccount, namespace };
  return [
    // One Role a namespace instead of a ClusterRole: targets elsewhere stay out of reach.
    { apiVersion: `${rbacGroup}/v1`, kind: "Role", metadata, rules },
    {
      apiVersion: `${rbacGroup}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbacGroup, kind: "Role", name: serviceAccount },
      // The account is in the autoscaler's namespace, whichever one the Role is in.
      subjects: [{ kind: "ServiceAccount", name: serviceAccount, namespace: own }],
    },
  ];
}
