import type { Resource, Unwrap } from "@pulumi/pulumi";
import {
  UnknownValueError,
  validateResourceOfType,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidation,
  type ResourceValidationArgs,
  type StackValidation,
  type StackValidationArgs,
} from "@pulumi/policy";

/** A resource's class, as @pulumi/aws exports it. */
export type ResourceClass<TResource extends Resource, TArgs> = new (
  name: string,
  args: TArgs,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the options differ by kind of resource, and @pulumi/policy types them so
  ...rest: any[]
) => TResource;

/** What `read` returns; `undefined` when it needs a value that the preview cannot know yet. */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) return undefined;
    throw error;
  }
}

function known(check: () => void): boolean {
  return (
    ifKnown(() => {
      check();
      return true;
    }) === true
  );
}

/** Checks resources of one class. A value unknown in the preview makes the policy not applicable; the update checks it. */
export function validateClass<TResource extends Resource, TArgs>(
  resourceClass: ResourceClass<TResource, TArgs>,
  check: (props: Unwrap<NonNullable<TArgs>>, report: ReportViolation, args: ResourceValidationArgs) => void,
): ResourceValidation {
  return validateResourceOfType(resourceClass, (props: Unwrap<NonNullable<TArgs>>, args, report) => {
    const whole = known(() => {
      check(props, report, args);
    });
    if (!whole) args.notApplicable("a value is not known during preview");
  });
}

/** Checks resources for which `select` finds something, by the same rule about unknown values. */
export function validateSelected<T>(
  select: (resource: ResourceValidationArgs) => T | undefined,
  check: (selected: T, report: ReportViolation, args: ResourceValidationArgs) => void,
): ResourceValidation {
  return (args, report) => {
    const whole = known(() => {
      const selected = select(args);
      if (selected !== undefined) check(selected, report, args);
    });
    if (!whole) args.notApplicable("a value is not known during preview");
  };
}

/** Checks every resource with the whole stack in view; an unknown value hides that one resource only. */
export function validateEach(
  check: (resource: PolicyResource, report: (message: string) => void, args: StackValidationArgs) => void,
): StackValidation {
  return (args, report) => {
    for (const resource of args.resources) {
      known(() => {
        check(
          resource,
          (message) => {
            report(message, resource.urn);
          },
          args,
        );
      });
    }
  };
}
