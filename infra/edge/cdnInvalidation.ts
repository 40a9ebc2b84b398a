import * as pulumi from "@pulumi/pulumi";
import { PodIdentity } from "../cluster/podIdentity.ts";
import { policyDocument } from "../cluster/policyDocument.ts";
import { namespace, workloads } from "../naming.ts";

export interface CdnInvalidationArgs {
  /** Physical name of the cluster. */
  readonly clusterName: pulumi.Input<string>;
  /** The only one that may be invalidated. */
  readonly distributionArn: pulumi.Input<string>;
}

/** Lets api-gateway take paths out of the edge's cache: the third level of the strategy's cache. */
export class CdnInvalidation extends pulumi.ComponentResource {
  /** What api-gateway must depend on: the right itself comes only with the distribution, minutes later. */
  readonly association: pulumi.Resource;

  constructor(name: string, args: CdnInvalidationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:CdnInvalidation", name, args, opts);
    const policy = pulumi
      .output(args.distributionArn)
      .apply((arn) =>
        policyDocument([
          { Effect: "Allow", Action: ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"], Resource: arn },
        ]),
      );
    const identity = new PodIdentity(
      `${name}-identity`,
      { clusterName: args.clusterName, namespace, serviceAccount: workloads.apiGateway, policy },
      { parent: this },
    );
    this.association = identity.association;
    this.registerOutputs({});
  }
}
