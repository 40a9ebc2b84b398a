/** Configuration of the managed add-ons, as each one's own schema has it. Pure. */

/** Those that nodes need to become ready, and those that need nodes. */
export const nodeAddons = ["eks-pod-identity-agent", "vpc-cni", "kube-proxy"] as const;
export const podAddons = ["coredns", "aws-ebs-csi-driver", "metrics-server"] as const;
export type AddonName = (typeof nodeAddons)[number] | (typeof podAddons)[number];

const onSystemNodes = [{ key: "CriticalAddonsOnly", operator: "Exists" }];

const settings: Readonly<Partial<Record<AddonName, unknown>>> = {
  "vpc-cni": {
    // The program's NetworkPolicies have no effect without it.
    enableNetworkPolicy: "true",
    // Sixteen addresses at a time: otherwise a node runs out of interfaces before it runs out of cores.
    env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
  },
  coredns: { autoScaling: { enabled: true, minReplicas: 2, maxReplicas: 10 }, tolerations: onSystemNodes },
  "aws-ebs-csi-driver": { controller: { tolerations: onSystemNodes } },
  "metrics-server": { replicas: 2, tolerations: onSystemNodes },
};

/** JSON for the add-on, undefined where its defaults hold. */
export function settingsOf(addon: AddonName): string | undefined {
  const configured = settings[addon];
  return configured === undefined ? undefined : sortedJson(configured);
}

/** JSON with the keys of every object in order: the same settings never show as a change. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
