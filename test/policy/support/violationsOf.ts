import type { PolicyProviderResource, PolicyResource, ResourceValidationPolicy } from "@pulumi/policy";
import * as sdk from "@pulumi/policy";
import { policies as pack, type Policy } from "../../../policy/policies.ts";
import type { Environment } from "../../../policy/support/environment.ts";

/** A resource as a capture or a test writes it; what is left out is empty. */
export interface CapturedResource {
  readonly type: string;
  readonly name: string;
  /** A property that comes from another resource says so as `<name.output>`, like the capture of infra/render. */
  readonly props: Readonly<Record<string, unknown>>;
  /** Where a property comes from whose value is not known, as `<name.output>`. */
  readonly from?: Readonly<Record<string, string>>;
  readonly urn?: string;
  readonly opts?: {
    readonly protect?: boolean;
    readonly ignoreChanges?: readonly string[];
    /** The provider's URN and id, `<urn>::<id>`. */
    readonly provider?: string;
  };
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

const urnOf = ({ urn, type, name }: CapturedResource) => urn ?? `urn:pulumi:test::jobsprint::${type}::${name}`;

function providerOf(
  { opts }: CapturedResource,
  all: readonly CapturedResource[],
): { provider?: PolicyProviderResource } {
  const found = all.find((candidate) => opts?.provider?.startsWith(`${urnOf(candidate)}::`) === true);
  return found ? { provider: { ...found, props: { ...found.props }, urn: urnOf(found) } } : {};
}

/** The resources whose outputs stand in a value. */
function sourcesOf(value: unknown, all: readonly PolicyResource[]): PolicyResource[] {
  const names = [...JSON.stringify(value).matchAll(/<([^<>]+)\.\w+>/g)].map(([, name]) => name);
  return all.filter(({ name }) => names.includes(name));
}

function policyResource(captured: CapturedResource, all: readonly CapturedResource[]): PolicyResource {
  const { type, name } = captured;
  const isType = (resourceClass: unknown) => (resourceClass as { __pulumiType?: string }).__pulumiType === type;
  const props = unknownCheckingProxy(captured.props);
  return {
    type,
    name,
    props,
    urn: urnOf(captured),
    opts: {
      protect: captured.opts?.protect ?? false,
      ignoreChanges: [...(captured.opts?.ignoreChanges ?? [])],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    ...providerOf(captured, all),
    dependencies: [],
    propertyDependencies: {},
    isType,
    asType: ((resourceClass: unknown) => (isType(resourceClass) ? props : undefined)) as PolicyResource["asType"],
  };
}

/** The resources as the engine gives them to policies, references between them resolved. */
function policyResources(captured: readonly CapturedResource[]): PolicyResource[] {
  const resources = captured.map((resource) => policyResource(resource, captured));
  for (const [index, { props, from }] of captured.entries()) {
    for (const [property, value] of Object.entries(props)) {
      resources[index]!.propertyDependencies[property] = sourcesOf([value, from?.[property]], resources);
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
