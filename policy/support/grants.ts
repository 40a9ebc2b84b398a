import { statementsOf, type Statement } from "./policyDocument.ts";

interface Grantor {
  policy?: unknown;
  inlinePolicies?: { policy?: unknown }[];
}

const withDocument = /^aws:iam\/(policy:Policy|(role|user|group)Policy:\w+Policy)$/;

/** What an IAM resource allows its bearer: the Allow statements of its documents, `undefined` for other resources. */
export function grantsOf({ type, props }: { type: string; props: object }): Statement[] | undefined {
  const { policy, inlinePolicies } = props as Grantor;
  if (withDocument.test(type)) return allowed(policy);
  if (type === "aws:iam/role:Role") return (inlinePolicies ?? []).flatMap((inline) => allowed(inline.policy));
  return undefined;
}

function allowed(document: unknown): Statement[] {
  return statementsOf(document).filter(({ effect }) => effect === "Allow");
}
