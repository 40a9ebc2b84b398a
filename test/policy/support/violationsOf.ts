import type { PolicyResource, ResourceValidationPolicy } from "@pulumi/policy";
import * as sdk from "@pulumi/policy";
import { policies as pack, type Policy } from "../../../policy/policies.ts";
import type { Environment } from "../../../policy/support/environment.ts";

/** A resource as a capture or a test writes it; what is left out is empty. */
export interface CapturedResource {
  readonly type: string;
  readonly name: string;
  readonly props: Record<string, unknown>;
  readonly urn?: string;
  readonly opts?: { readonly protect?: boolean; readonly ignoreChanges?: readonly string[]; readonly parent?: string };
  /** Names of the resources that a property comes from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
  readonly provider?: Record<string, unknown>;
}

export interface Violation {
  readonly policy: string;
  readonly level: string;
  /** Name of the resource. */
  readonly resource: string;
  readonly message: string;
}

// Exported, but left out of the package's types.
const { unknownCheckingProxy } = sdk as unknown as { unknownCheckingProxy: <T>(props: T) => T };

class NotApplicable extends Error {}

const shared = {
  stackTags: new Map<string, string>(),
  notApplicable: (reason?: string): never => {
    throw new NotApplicable(reason);
  },
};

function policyResource(captured: CapturedResource): PolicyResource {
  const { type, name, provider } = captured;
  const isType = (resourceClass: unknown) => (resourceClass as { __pulumiType?: string }).__pulumiType === type;
  const props = unknownCheckingProxy(captured.props);
  return {
    type,
    name,
    props,
    urn: captured.urn ?? `urn:pulumi:test::jobsprint::${type}::${name}`,
    opts: {
      protect: captured.opts?.protect ?? false,
      ignoreChanges: [...(captured.opts?.ignoreChanges ?? [])],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    ...(provider && { provider: { type: "pulumi:providers:aws", props: provider, urn: "", name: "aws" } }),
    dependencies: [],
    propertyDependencies: {},
    isType,
    asType: ((resourceClass: unknown) => (isType(resourceClass) ? props : undefined)) as PolicyResource["asType"],
  };
}

/** The resources as the engine gives them to policies, references between them resolved. */
function policyResources(captured: readonly CapturedResource[]): PolicyResource[] {
  const resources = captured.map(policyResource);
  for (const [index, { from = {} }] of captured.entries()) {
    for (const [property, names] of Object.entries(from)) {
      resources[index]!.propertyDependencies[property] = resources.filter(({ name }) => names.includes(name));
    }
  }
  return resources;
}

async function runs(validate: () => Promise<void> | void): Promise<void> {
  try {
    await validate();
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
  }
}

/**
 * What the policies say of the resources, without the CLI.
 * @param options.environment absent: the policies go by the stack's name in the URNs
 */
export async function violationsOf(
  captured: readonly CapturedResource[],
  { environment, policies = pack }: { environment?: Environment; policies?: readonly Policy[] } = {},
): Promise<Violation[]> {
  const resources = policyResources(captured);
  const getConfig = () => (environment === undefined ? {} : { environment }) as never;
  const found: Violation[] = [];
  for (const policy of policies) {
    const tell = (message: string, resource: string) =>
      found.push({ policy: policy.name, level: policy.enforcementLevel ?? "advisory", resource, message });
    if ("validateStack" in policy) {
      await runs(() =>
        policy.validateStack({ ...shared, resources, getConfig }, (message, urn) =>
          tell(message, resources.find((resource) => resource.urn === urn)?.name ?? ""),
        ),
      );
      continue;
    }
    for (const resource of resources) {
      const { dependencies: _, propertyDependencies: __, parent: ___, ...rest } = resource;
      const args = { ...shared, ...rest, asType: (() => undefined) as never, getConfig };
      await runs(() => single(policy)(args, (message) => tell(message, resource.name)));
    }
  }
  return found;
}

function single({ name, validateResource }: ResourceValidationPolicy) {
  if (typeof validateResource !== "function") throw new Error(`policy ${name} has no single validateResource`);
  return validateResource;
}
