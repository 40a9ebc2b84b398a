import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CdnLogs } from "./cdnLogs.ts";
import { Firewall } from "./firewall.ts";
import { cachePolicies, originRequestPolicies, securityHeaders } from "./managedPolicies.ts";
import { immutablePaths } from "./routes.ts";

export interface CdnArgs {
  /** Of what needs a name, unique in the account. */
  readonly physicalName: string;
  /** What viewers ask for. */
  readonly domain: string;
  /** In us-east-1, for the domain. */
  readonly certificateArn: pulumi.Input<string>;
  /** Of an internal one with its listeners in place. */
  readonly loadBalancerArn: pulumi.Input<string>;
  /** Resolves to private addresses; the VPC origin goes there. */
  readonly loadBalancerDnsName: pulumi.Input<string>;
  /** Twelve digits: whose logs are written. */
  readonly accountId: string;
  /** Of the access logs. */
  readonly logRetentionDays: number;
  /** Whether logs outlive the distribution. */
  readonly deletionProtection: boolean;
}

const originId = "load-balancer";

/** Seconds: as long as the load balancer waits for a target. */
const originReadTimeout = 60;

/** The provider gives up after 15 minutes, which is how long CloudFront may take. */
const originTimeouts = { create: "45m", update: "45m", delete: "45m" };

/** CloudFront in front of the load balancer: static files from the edge, everything else passed on. */
export class Cdn extends pulumi.ComponentResource {
  readonly distributionArn: pulumi.Output<string>;
  readonly distributionId: pulumi.Output<string>;
  /** Where the domain's record points. */
  readonly domainName: pulumi.Output<string>;

  constructor(name: string, args: CdnArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:Cdn", name, args, opts);
    const parent = { parent: this };
    const firewall = new Firewall(`${name}-firewall`, {}, parent);
    const origin = new aws.cloudfront.VpcOrigin(
      `${name}-origin`,
      {
        vpcOriginEndpointConfig: {
          name: args.physicalName,
          arn: args.loadBalancerArn,
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          // The newest that CloudFront speaks to an origin.
          originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
        },
      },
      { ...parent, customTimeouts: originTimeouts },
    );
    const shared = {
      targetOriginId: originId,
      viewerProtocolPolicy: "redirect-to-https",
      responseHeadersPolicyId: securityHeaders,
      compress: true,
      cachedMethods: ["GET", "HEAD"],
    };
    const distribution = new aws.cloudfront.Distribution(
      `${name}-distribution`,
      {
        enabled: true,
        comment: args.domain,
        aliases: [args.domain],
        httpVersion: "http2and3",
        isIpv6Enabled: true,
        webAclId: firewall.arn,
        origins: [
          {
            originId,
            domainName: args.loadBalancerDnsName,
            vpcOriginConfig: { vpcOriginId: origin.id, originReadTimeout },
          },
        ],
        defaultCacheBehavior: {
          ...shared,
          // CloudFront offers all of them or these without those that write.
          allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
          cachePolicyId: cachePolicies.disabled,
          originRequestPolicyId: originRequestPolicies.everything,
        },
        orderedCacheBehaviors: immutablePaths.map((pathPattern) => ({
          ...shared,
          pathPattern,
          allowedMethods: ["GET", "HEAD"],
          cachePolicyId: cachePolicies.optimized,
          originRequestPolicyId: originRequestPolicies.hostOnly,
        })),
        // The provider demands the block, also to restrict nobody.
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate: {
          acmCertificateArn: args.certificateArn,
          minimumProtocolVersion: "TLSv1.2_2021",
          sslSupportMethod: "sni-only",
        },
      },
      parent,
    );
    new CdnLogs(
      `${name}-logs`,
      {
        physicalName: args.physicalName,
        distributionArn: distribution.arn,
        accountId: args.accountId,
        retentionDays: args.logRetentionDays,
        deleteWithLogs: !args.deletionProtection,
      },
      parent,
    );
    this.distributionArn = distribution.arn;
    this.distributionId = distribution.id;
    this.domainName = distribution.domainName;
    this.registerOutputs({
      distributionArn: this.distributionArn,
      distributionId: this.distributionId,
      domainName: this.domainName,
    });
  }
}
