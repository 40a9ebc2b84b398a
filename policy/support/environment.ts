import type { PolicyConfigSchema } from "@pulumi/policy";

const environments = ["dev", "prod", "local"] as const;

/** What the stack is for; it decides how strict a policy is, never what the policy is about. */
export type Environment = (typeof environments)[number];

/** `configSchema` of a policy that asks for the environment. */
export const environmentSchema: PolicyConfigSchema = {
  properties: {
    environment: {
      type: "string",
      enum: [...environments],
      description: "dev and local relax what only production needs. Without it the stack's name decides.",
    },
  },
};

/** Of the arguments of a resource's or a stack's validation. */
export interface EnvironmentSource {
  getConfig(): object;
  readonly urn?: string;
  readonly resources?: readonly { readonly urn: string }[];
}

/** The configured environment, else the stack's name where it is one, else prod: an unknown stack gets the strictest rules. */
export function environmentOf(args: EnvironmentSource): Environment {
  const { environment } = args.getConfig() as { environment?: string };
  const urn = args.urn ?? args.resources?.[0]?.urn;
  // urn:pulumi:<stack>::<project>::<types>::<name>
  const stack = urn?.split("::")[0]?.split(":").at(-1);
  return environments.find((known) => known === (environment ?? stack)) ?? "prod";
}
