import assert from "node:assert/strict";
import { Cdn } from "../../../../infra/edge/cdn.ts";
import { CdnInvalidation } from "../../../../infra/edge/cdnInvalidation.ts";
import { LoadBalancer } from "../../../../infra/edge/loadBalancer.ts";
import { LoadBalancerController } from "../../../../infra/edge/loadBalancerController.ts";
import { TargetGroupBindings } from "../../../../infra/edge/targetGroupBindings.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";

const accountId = "123456789012";

const edgeOf = async (deletionProtection: boolean): Promise<readonly CapturedResource[]> => {
  const shared = { accountId, deletionProtection, logRetentionDays: 90 };
  const program = (): void => {
    const balancer = new LoadBalancer("lb", {
      ...shared,
      vpcId: "vpc-1",
      subnetIds: ["subnet-1", "subnet-2"],
      clusterSecurityGroupId: "sg-cluster",
      originPrefixListId: "pl-cloudfront",
      certificateArn: "arn:of:the:region",
      deregistrationSeconds: 30,
    });
    const { targetGroupArns } = balancer;
    const controller = new LoadBalancerController("controller", {
      clusterName: "jobsprint-prod",
      region: "eu-central-1",
      vpcId: "vpc-1",
      targetGroupArns: Object.values(targetGroupArns),
    });
    new TargetGroupBindings("bindings", { targetGroupArns }, { dependsOn: controller });
    const { distributionArn } = new Cdn("cdn", {
      ...shared,
      physicalName: "jobsprint-prod",
      domain: "app.example.com",
      certificateArn: "arn:of:us-east-1",
      loadBalancerArn: balancer.arn,
      loadBalancerDnsName: balancer.dnsName,
    });
    new CdnInvalidation("invalidation", { clusterName: "jobsprint-prod", distributionArn });
  };
  return (await capture(program)).resources;
};

const find = (resources: readonly CapturedResource[], name: string, type = ""): CapturedResource => {
  const found = resources.find((one) => one.custom && one.name === name && one.type.endsWith(type));
  assert.ok(found, name);
  return found;
};

/** A property by its path, such as origins.0.domainName. */
const at = (resource: CapturedResource, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], resource.props);

const statementsOf = (resource: CapturedResource): Record<string, unknown>[] =>
  (JSON.parse(String(resource.props["policy"])) as { Statement: Record<string, unknown>[] }).Statement;

describe("the edge", function () {
  this.timeout(60_000);
  let safe: readonly CapturedResource[] = [];
  before(async () => {
    safe = await edgeOf(true);
  });

  const cdn = "cdn-distribution";
  const cases = [
    { name: "lb-alb", path: "internal", value: true },
    { name: "lb-alb", path: "loadBalancerType", value: "application" },
    { name: "lb-alb", path: "dropInvalidHeaderFields", value: true },
    { name: "lb-alb", path: "enableDeletionProtection", value: true },
    { name: "lb-alb", path: "accessLogs", value: { bucket: "<lb-logs-bucket.bucket>", enabled: true } },
    { name: "lb-to-https", path: "protocol", value: "HTTPS" },
    { name: "lb-to-https", path: "sslPolicy", value: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
    { name: "lb-to-https", path: "certificateArn", value: "arn:of:the:region" },
    { name: "lb-to-https", path: "defaultActions.0.targetGroupArn", value: "<lb-to-frontend.arn>" },
    { name: "lb-to-http", path: "defaultActions.0.redirect.statusCode", value: "HTTP_301" },
    { name: "lb-groups-https", path: "prefixListId", value: "pl-cloudfront" },
    { name: "lb-groups-https", path: "fromPort", value: 443 },
    { name: "lb-groups-cluster-8080", path: "securityGroupId", value: "sg-cluster" },
    { name: "lb-groups-cluster-5678", path: "referencedSecurityGroupId", value: "<lb-groups-group.id>" },
    { name: "lb-groups-pods-8080", path: "referencedSecurityGroupId", value: "sg-cluster" },
    { name: "bindings-api-gateway", path: "spec.serviceRef", value: { name: "api-gateway", port: "http" } },
    { name: "bindings-api-gateway", path: "spec.targetType", value: "ip" },
    { name: "bindings-api-gateway", path: "metadata.namespace", value: "jobsprint" },
    { name: "controller-release", path: "version", value: "3.5.0" },
    { name: "controller-release", path: "repositoryOpts.repo", value: "https://aws.github.io/eks-charts" },
    { name: "controller-release", path: "atomic", value: true },
    { name: "controller-release", path: "values.vpcId", value: "vpc-1" },
    { name: "controller-release", path: "values.enableServiceMutatorWebhook", value: false },
    { name: cdn, path: "aliases", value: ["app.example.com"] },
    { name: cdn, path: "webAclId", value: "<cdn-firewall-acl.arn>" },
    { name: cdn, path: "viewerCertificate.acmCertificateArn", value: "arn:of:us-east-1" },
    { name: cdn, path: "viewerCertificate.minimumProtocolVersion", value: "TLSv1.2_2021" },
    { name: cdn, path: "defaultCacheBehavior.viewerProtocolPolicy", value: "redirect-to-https" },
    { name: cdn, path: "defaultCacheBehavior.cachePolicyId", value: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" },
    { name: cdn, path: "defaultCacheBehavior.originRequestPolicyId", value: "216adef6-5c7f-47e4-b989-5492eafa07d3" },
    { name: cdn, path: "defaultCacheBehavior.compress", value: true },
    { name: cdn, path: "orderedCacheBehaviors.0.pathPattern", value: "/assets/*" },
    { name: cdn, path: "orderedCacheBehaviors.0.cachePolicyId", value: "658327ea-f89d-4fab-a63d-7e88639e58f6" },
    { name: cdn, path: "orderedCacheBehaviors.1.allowedMethods", value: ["GET", "HEAD"] },
    { name: cdn, path: "origins.0.vpcOriginConfig.vpcOriginId", value: "<cdn-origin.id>" },
    { name: "cdn-origin", path: "vpcOriginEndpointConfig.originProtocolPolicy", value: "https-only" },
    { name: "cdn-origin", path: "vpcOriginEndpointConfig.arn", value: "<lb-alb.arn>" },
    { name: "cdn-firewall-acl", path: "scope", value: "CLOUDFRONT" },
    { name: "cdn-firewall-acl", path: "region", value: "us-east-1" },
    { name: "cdn-firewall-acl", path: "rules.0.statement.rateBasedStatement.limit", value: 2000 },
    { name: "cdn-logs-source", path: "resourceArn", value: "<cdn-distribution.arn>" },
    { name: "cdn-logs-source", path: "region", value: "us-east-1" },
  ];
  for (const { name, path, value } of cases) {
    it(`sets ${path} of ${name} to ${JSON.stringify(value)}`, () => {
      assert.deepEqual(at(find(safe, name), path), value);
    });
  }

  const groups = [
    { workload: "frontend", port: 8080, path: "/healthz/ready" },
    { workload: "api-gateway", port: 8080, path: "/healthz/ready" },
    { workload: "workflow-webhook", port: 5678, path: "/healthz/readiness" },
  ];
  for (const { workload, port, path } of groups) {
    it(`sends to ${workload} round robin, while it is ready and while it leaves`, () => {
      const { props } = find(safe, `lb-to-${workload}`, ":TargetGroup");
      assert.deepEqual([props["targetType"], props["loadBalancingAlgorithmType"]], ["ip", "round_robin"]);
      assert.deepEqual([props["port"], props["deregistrationDelay"]], [port, 30]);
      assert.equal((props["healthCheck"] as { path: string }).path, path);
    });
  }

  it("routes by path, and n8n's editor nowhere", () => {
    const rules = safe.filter((resource) => resource.type.endsWith(":ListenerRule"));
    assert.deepEqual(
      rules.map((rule) => [rule.name, at(rule, "conditions.0.pathPattern.values")]),
      [
        ["lb-to-api-gateway", ["/api/*"]],
        ["lb-to-workflow-webhook", ["/webhook/*", "/webhook-waiting/*"]],
      ],
    );
  });

  it("lets only CloudFront in, on one port", () => {
    const rules = safe.filter(
      ({ type, props }) => type.endsWith(":SecurityGroupIngressRule") && props["securityGroupId"] !== "sg-cluster",
    );
    assert.deepEqual(
      rules.map((rule) => rule.name),
      ["lb-groups-https"],
    );
  });

  it("has AWS's rules block, except for long bodies", () => {
    const rules = at(find(safe, "cdn-firewall-acl"), "rules") as { name: string; overrideAction?: object }[];
    assert.deepEqual(
      rules.map((rule) => rule.name),
      ["rate-limit", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"],
    );
    assert.deepEqual(at(find(safe, "cdn-firewall-acl"), "rules.1.overrideAction"), { none: {} });
    assert.deepEqual(
      at(find(safe, "cdn-firewall-acl"), "rules.1.statement.managedRuleGroupStatement.ruleActionOverrides"),
      [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }],
    );
  });

  for (const bucket of ["lb-logs", "cdn-logs-store"]) {
    it(`keeps ${bucket} private, encrypted and not for ever`, () => {
      assert.equal(at(find(safe, `${bucket}-private`), "restrictPublicBuckets"), true);
      const algorithm = "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm";
      assert.equal(at(find(safe, `${bucket}-encryption`), algorithm), "AES256");
      assert.equal(at(find(safe, `${bucket}-lifecycle`), "rules.0.expiration.days"), 90);
      assert.equal(at(find(safe, `${bucket}-ownership`), "rule.objectOwnership"), "BucketOwnerEnforced");
      const [write, tls] = statementsOf(find(safe, `${bucket}-policy`));
      assert.equal(write?.["Resource"], `<${bucket}-bucket.arn>/AWSLogs/${accountId}/*`);
      assert.deepEqual([tls?.["Effect"], tls?.["Condition"]], ["Deny", { Bool: { "aws:SecureTransport": "false" } }]);
    });
  }

  it("lets logs go where nothing is protected", async () => {
    const open = await edgeOf(false);
    assert.equal(find(open, "lb-logs-bucket").props["forceDestroy"], true);
    assert.equal(find(open, "lb-alb").props["enableDeletionProtection"], false);
  });

  it("lets the controller change the targets of these groups alone", () => {
    const changes = statementsOf(find(safe, "controller-identity-policy")).filter(
      ({ Action }) => !(Action as string[]).every((action) => /:Describe/.test(action)),
    );
    assert.deepEqual(
      changes.map(({ Action, Resource }) => ({ Action, Resource })),
      [
        {
          Action: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
          Resource: ["<lb-to-api-gateway.arn>", "<lb-to-workflow-webhook.arn>", "<lb-to-frontend.arn>"],
        },
      ],
    );
  });

  it("starts the controller with its rights in place, and binds after it", () => {
    const waitsFor = (name: string, other: string): boolean =>
      find(safe, name).opts.dependsOn.some((urn) => urn.endsWith(`::${other}`));
    assert.ok(waitsFor("controller-release", "controller-identity-association"));
    const bindings = safe.find((resource) => resource.name === "bindings");
    assert.ok(bindings?.opts.dependsOn.some((urn) => urn.endsWith("::controller-release")));
  });

  it("knows api-gateway's pods before it knows the distribution", () => {
    const { opts } = find(safe, "invalidation-identity-association");
    assert.deepEqual(
      opts.dependsOn.filter((urn) => /policy|distribution/.test(urn)),
      [],
    );
  });

  it("lets api-gateway's pods invalidate this distribution alone", () => {
    const { props } = find(safe, "invalidation-identity-association");
    assert.deepEqual([props["namespace"], props["serviceAccount"]], ["jobsprint", "api-gateway"]);
    assert.deepEqual(statementsOf(find(safe, "invalidation-identity-policy")), [
      {
        Effect: "Allow",
        Action: ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
        Resource: "<cdn-distribution.arn>",
      },
    ]);
  });
});
