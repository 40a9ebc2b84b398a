import assert from "node:assert/strict";
import { bucket, database } from "../../support/awsResources.ts";
import { deployment, horizontalPodAutoscaler, object } from "../../support/kubernetesObjects.ts";
import { changed } from "../../support/describePolicy.ts";
import { violationsOf } from "../../support/violationsOf.ts";

/** How the engine writes text that a preview cannot know. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

async function policiesThatRefuse(resources: Parameters<typeof violationsOf>[0]): Promise<string[]> {
  return (await violationsOf(resources, { environment: "prod" })).map(({ policy }) => policy);
}

describe("a value that a preview cannot know", function () {
  this.timeout(60_000);

  it("breaks no policy", async () => {
    const props = changed(database.props, { kmsKeyId: unknown, performanceInsightsKmsKeyId: unknown });
    assert.ok(!(await policiesThatRefuse([{ ...database, props }])).includes("aws-rds-use-customer-key"));
  });

  it("hides nothing else of the resource", async () => {
    const props = changed(database.props, { kmsKeyId: unknown, storageEncrypted: false });
    assert.ok((await policiesThatRefuse([{ ...database, props }])).includes("aws-rds-encrypt-storage"));
  });

  it("hides no other resource of the stack", async () => {
    const autoscaler = object("core/v1:ConfigMap", "autoscaler", { data: { "config.yaml": unknown } });
    const resources = [autoscaler, deployment, horizontalPodAutoscaler("api-gateway")];
    assert.ok((await policiesThatRefuse(resources)).includes("kubernetes-workload-leave-replicas-to-scaler"));
  });

  it("still tells which resource it comes from", async () => {
    const block = {
      type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      name: "block",
      props: {
        bucket: unknown,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      from: { bucket: `<${bucket.name}.id>` },
    };
    assert.ok(!(await policiesThatRefuse([bucket, block])).includes("aws-s3-block-public-access"));
  });
});
