import * as aws from "@pulumi/aws";
import type { SampleScope } from "./sampleScope.ts";

/** Internal load balancer, CloudFront before it, and a web firewall in the only region CloudFront takes one from. */
export function sampleEdge({ vpc, subnets, group, opts }: SampleScope): void {
  const balancer = new aws.lb.LoadBalancer(
    "edge-alb",
    {
      internal: true,
      loadBalancerType: "application",
      securityGroups: [group.id],
      subnets: subnets.map(({ id }) => id),
    },
    opts,
  );
  const targets = new aws.lb.TargetGroup(
    "edge-targets",
    {
      vpcId: vpc.id,
      port: 8080,
      protocol: "HTTP",
      targetType: "ip",
      healthCheck: { path: "/healthz/ready", matcher: "200" },
    },
    opts,
  );
  const listener = new aws.lb.Listener(
    "edge-http",
    {
      loadBalancerArn: balancer.arn,
      port: 80,
      defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } }],
    },
    opts,
  );
  new aws.lb.ListenerRule(
    "edge-rule",
    {
      listenerArn: listener.arn,
      priority: 10,
      actions: [{ type: "forward", targetGroupArn: targets.arn }],
      conditions: [{ pathPattern: { values: ["/api/*"] } }],
    },
    opts,
  );
  const origin = new aws.cloudfront.VpcOrigin(
    "edge-origin",
    {
      vpcOriginEndpointConfig: {
        name: "edge",
        arn: balancer.arn,
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: "http-only",
        originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
      },
    },
    opts,
  );
  new aws.cloudfront.Distribution("edge-cdn", distribution(balancer, origin, firewall(opts)), opts);
}

function firewall(opts: SampleScope["opts"]): aws.wafv2.WebAcl {
  const visibility = { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
  const managed = { name: "AWSManagedRulesCommonRuleSet", vendorName: "AWS" };
  return new aws.wafv2.WebAcl(
    "edge-waf",
    {
      region: "us-east-1",
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      rules: [
        {
          name: "common",
          priority: 1,
          overrideAction: { none: {} },
          statement: { managedRuleGroupStatement: managed },
          visibilityConfig: { ...visibility, metricName: "common" },
        },
      ],
      visibilityConfig: { ...visibility, metricName: "edge" },
    },
    opts,
  );
}

function distribution(
  balancer: aws.lb.LoadBalancer,
  origin: aws.cloudfront.VpcOrigin,
  waf: aws.wafv2.WebAcl,
): aws.cloudfront.DistributionArgs {
  return {
    enabled: true,
    webAclId: waf.arn,
    origins: [{ originId: "alb", domainName: balancer.dnsName, vpcOriginConfig: { vpcOriginId: origin.id } }],
    defaultCacheBehavior: {
      targetOriginId: "alb",
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
      cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    },
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: { cloudfrontDefaultCertificate: true },
  };
}
