import type { Stack } from "@pulumi/pulumi/automation/index.js";

/** One resource of an exported state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly protect?: boolean;
  readonly parent?: string;
  /** "<urn of the provider>::<id>" */
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The stack's resources with their secrets in the clear. */
export async function resourcesOf(stack: Stack): Promise<StateResource[]> {
  const exported = (await stack.exportStack()) as { deployment: { resources?: StateResource[] } };
  const { resources = [] } = exported.deployment;
  return resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}

/** Resources that stand above all components, though only providers and components may. */
export function orphans(resources: readonly StateResource[]): string[] {
  return resources
    .filter(({ custom, type, parent }) => custom && !type.startsWith("pulumi:") && isStack(parent))
    .map(({ urn }) => urn);
}

function isStack(parent: string | undefined): boolean {
  return parent === undefined || parent.includes("::pulumi:pulumi:Stack::");
}

/** Resources of a provider that the engine made by itself, with the machine's own credentials. */
export function onDefaultProviders(resources: readonly StateResource[]): string[] {
  return resources.filter(({ provider }) => /::default(_\d+)*(_\w+)?::/.test(provider ?? "")).map(({ urn }) => urn);
}

/** URNs that occur more than once. */
export function duplicates(resources: readonly StateResource[]): string[] {
  const urns = resources.map(({ urn }) => urn);
  return urns.filter((urn, index) => urns.indexOf(urn) !== index);
}

/** A circle of dependencies and parents as the URNs on it, or none. */
export function cycle(resources: readonly StateResource[]): string[] {
  const edges = new Map(
    resources.map((one) => [one.urn, [...(one.dependencies ?? []), ...(one.parent ? [one.parent] : [])]]),
  );
  const done = new Set<string>();
  const visit = (urn: string, path: readonly string[]): string[] => {
    if (path.includes(urn)) return [...path.slice(path.indexOf(urn)), urn];
    if (done.has(urn)) return [];
    const found = (edges.get(urn) ?? []).map((next) => visit(next, [...path, urn])).find((circle) => circle.length > 0);
    done.add(urn);
    return found ?? [];
  };
  return [...edges.keys()].map((urn) => visit(urn, [])).find((circle) => circle.length > 0) ?? [];
}
