import assert from "node:assert/strict";
import type { Policy } from "../../../policy/policies.ts";
import type { Environment } from "../../../policy/support/environment.ts";
import { violationsOf, type CapturedResource } from "./violationsOf.ts";

/** Changes by path, such as `{ "spec.replicas": 3 }`; `undefined` takes the property away. */
export type Changes = Readonly<Record<string, unknown>>;

export interface Case {
  /** Another resource than the compliant one. */
  readonly resource?: CapturedResource;
  /** Changes of the resource's properties. */
  readonly props?: Changes;
  readonly opts?: CapturedResource["opts"];
  readonly environment?: Environment;
  /** The other resources of the stack, in place of the usual ones. */
  readonly others?: readonly CapturedResource[];
}

export interface Broken extends Case {
  readonly says: RegExp;
}

export interface Table {
  /** One resource that the policy accepts in every environment; the cases start from it. */
  readonly compliant: CapturedResource;
  readonly others?: readonly CapturedResource[];
  readonly accepts?: Readonly<Record<string, Case>>;
  readonly refuses: Readonly<Record<string, Broken>>;
}

/** A copy with one change a path. */
export function changed<T extends object>(original: T, changes: Changes): T {
  const copy = structuredClone(original);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
    const last = keys.pop()!;
    let parent = copy as Record<string, unknown>;
    for (const key of keys) parent = (parent[key] ??= {}) as Record<string, unknown>;
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = value;
  }
  return copy;
}

/** Declares the tests of one policy: what it accepts, and what it refuses after one change. */
export function describePolicy(policy: Policy, { compliant, others = [], accepts = {}, refuses }: Table): void {
  function violations(tried: Case) {
    const start = tried.resource ?? compliant;
    const resource = {
      ...start,
      props: changed(start.props, tried.props ?? {}),
      opts: { ...start.opts, ...tried.opts },
    };
    const environment = tried.environment ?? "prod";
    return violationsOf([resource, ...(tried.others ?? others)], { environment, policies: [policy] });
  }

  describe(policy.name, function () {
    this.timeout(60_000);

    for (const environment of ["dev", "prod", "local"] as const) {
      it(`accepts a compliant resource in ${environment}`, async () => {
        assert.deepEqual(await violations({ environment }), []);
      });
    }

    for (const [name, accepted] of Object.entries(accepts)) {
      it(`accepts ${name}`, async () => {
        assert.deepEqual(await violations(accepted), []);
      });
    }

    for (const [name, { says, ...broken }] of Object.entries(refuses)) {
      it(`refuses ${name}`, async () => {
        const found = await violations(broken);
        assert.equal(found.length, 1, JSON.stringify(found));
        assert.equal(found[0]!.resource, (broken.resource ?? compliant).name);
        assert.match(found[0]!.message, says);
      });
    }
  });
}
