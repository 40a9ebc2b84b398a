import type { PolicyResource } from "@pulumi/policy";
import { awsType } from "./awsType.ts";

/** One permission to enter, whichever of the three resources it was written in. Ports are absent for every port. */
export interface Ingress {
  readonly sources: readonly string[];
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly description: string | undefined;
}

interface Rule {
  type?: string;
  cidrBlocks?: string[];
  ipv6CidrBlocks?: string[];
  cidrIpv4?: string;
  cidrIpv6?: string;
  fromPort?: number;
  toPort?: number;
  description?: string;
}

function ingress(rule: Rule): Ingress {
  const single = [rule.cidrIpv4, rule.cidrIpv6].filter((cidr) => cidr !== undefined);
  return {
    sources: [...(rule.cidrBlocks ?? []), ...(rule.ipv6CidrBlocks ?? []), ...single],
    fromPort: rule.fromPort,
    toPort: rule.toPort,
    description: rule.description,
  };
}

/** What a security group or a rule of one lets in; empty for every other resource. */
export function ingressOf({ type, props }: Pick<PolicyResource, "type" | "props">): Ingress[] {
  const rule = props as Rule & { ingress?: Rule[] };
  switch (type) {
    case awsType.securityGroup:
      return (rule.ingress ?? []).map(ingress);
    case awsType.ingressRule:
      return [ingress(rule)];
    case awsType.securityGroupRule:
      return rule.type === "ingress" ? [ingress(rule)] : [];
    default:
      return [];
  }
}
