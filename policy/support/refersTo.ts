import type { PolicyResource } from "@pulumi/policy";

/**
 * Whether a property of `resource` comes from `target`. The engine knows it also while the value itself is unknown;
 * a literal name counts too.
 */
export function refersTo(resource: PolicyResource, property: string, target: PolicyResource): boolean {
  if (resource.propertyDependencies[property]?.some(({ urn }) => urn === target.urn) === true) return true;
  const value: unknown = resource.props[property];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return ["id", "arn", property].some((key) => {
    const own: unknown = target.props[key];
    return own !== undefined && values.includes(own);
  });
}
