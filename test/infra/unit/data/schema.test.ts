import assert from "node:assert/strict";
import { Credential } from "../../../../infra/data/credential.ts";
import type { DatabaseEndpoints } from "../../../../infra/data/postgres/databaseEndpoints.ts";
import type { MasterSource } from "../../../../infra/data/schema/masterCredential.ts";
import { Schema } from "../../../../infra/data/schema/schema.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { generatedSecret } from "../../../../infra/render/outputs.ts";
import { at, find, inClear, ofKind } from "./support/resources.ts";

const database: DatabaseEndpoints = {
  primaryHost: "primary",
  replicaHosts: [],
  port: 5432,
  maxConnections: 400,
  caFile: "/ca.pem",
  location: { cidrs: ["10.0.0.0/16"] },
};

const onAws: MasterSource = {
  kind: "secretsManager",
  secretArn: "arn:secret",
  keyArn: "arn:key",
  clusterName: "jobsprint-prod",
  region: "eu-central-1",
  awsCli: "aws-cli:2",
};

async function build(
  master: () => MasterSource,
  changes: { image?: string; password?: string; divisor?: number } = {},
): Promise<readonly CapturedResource[]> {
  const { image = "runtime:1", password = "1", divisor = 1 } = changes;
  const { resources } = await capture(
    () =>
      new Schema("schema", {
        image,
        divisor,
        database,
        master: master(),
        checksums: { "postgres-jobsprint": password },
      }),
  );
  return resources;
}

const local = (): MasterSource => ({
  kind: "credential",
  credential: new Credential("master", { secretName: "postgres-postgres", username: "postgres" }),
});
const aws = (): MasterSource => onAws;

const podOf = (resources: readonly CapturedResource[]): unknown =>
  at(find(resources, "schema-migrations").props, "spec", "template", "spec");

describe("the schema's Job", function () {
  this.timeout(60_000);

  it("is another one when the image or a password changes, and the same one otherwise", async () => {
    const nameWith = async (changes: { image?: string; password?: string }): Promise<unknown> =>
      at(find(await build(aws, changes), "schema-migrations").props, "metadata", "name");
    const first = await nameWith({});
    assert.match(String(first), /^schema-migrations-[0-9a-f]{10}$/);
    assert.equal(await nameWith({}), first);
    assert.notEqual(await nameWith({ image: "runtime:2" }), first);
    assert.notEqual(await nameWith({ password: "2" }), first);
  });

  it("stays when it is done, so that no update misses it", async () => {
    const { spec } = find(await build(aws), "schema-migrations").props as { spec: object };
    assert.equal("ttlSecondsAfterFinished" in spec, false);
  });

  it("migrates on the primary itself, with its own authority", async () => {
    const env = at(podOf(await build(aws)), "containers", 0, "env") as { name: string; value: string }[];
    const value = (name: string): unknown => env.find((one) => one.name === name)?.value;
    assert.equal(value("DATABASE_HOST"), "primary");
    assert.equal(value("DATABASE_CA_FILE"), "/ca.pem");
  });

  it("on AWS fetches the master's password into memory, with the right to this secret alone", async () => {
    const resources = await build(aws);
    const fetch = at(podOf(resources), "initContainers", 0);
    assert.equal(at(fetch, "command", 4), "arn:secret");
    const env = at(fetch, "env") as { name: string; value: unknown }[];
    assert.equal(env.find(({ name }) => name === "HOME")?.value, at(fetch, "volumeMounts", 0, "mountPath"));
    const volumes = at(podOf(resources), "volumes") as { name: string }[];
    const memory = volumes.find(({ name }) => name === "master");
    assert.deepEqual(memory, { name: "master", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } });
    const policy = JSON.parse(ofKind(resources, "RolePolicy")[0]?.props["policy"] as string) as {
      Statement: unknown[];
    };
    assert.deepEqual(
      policy.Statement.map((statement) => [at(statement, "Action"), at(statement, "Resource")]),
      [
        ["secretsmanager:GetSecretValue", "arn:secret"],
        ["kms:Decrypt", "arn:key"],
      ],
    );
  });

  it("has memory enough to start, however small the machine is", async () => {
    const memory = at(podOf(await build(local, { divisor: 10 })), "containers", 0, "resources", "limits", "memory");
    assert.equal(memory, "128Mi");
  });

  it("without AWS mounts the superuser's password and calls nobody outside", async () => {
    const resources = await build(local);
    const data = at(find(resources, "schema-master-secret").props, "stringData", "credential.json") as string;
    assert.deepEqual(JSON.parse(data), { username: "postgres", password: generatedSecret("master-password") });
    assert.deepEqual(inClear(resources, generatedSecret("master-password")), []);
    const egress = JSON.stringify(at(find(resources, "schema-traffic").props, "spec", "egress"));
    assert.ok(!egress.includes("0.0.0.0/0"));
  });
});

describe("the partitions' CronJob", function () {
  this.timeout(60_000);
  let resources: readonly CapturedResource[];
  let spec: Record<string, unknown>;

  before(async () => {
    resources = await build(aws);
    spec = find(resources, "schema-partitions").props["spec"] as Record<string, unknown>;
  });

  it("runs every night and never twice at once", () => {
    assert.match(String(spec["schedule"]), /^\d+ \d+ \* \* \*$/);
    assert.equal(spec["concurrencyPolicy"], "Forbid");
    assert.ok((spec["startingDeadlineSeconds"] as number) > 0);
  });

  it("starts only after the tables are there", () => {
    const { dependsOn } = find(resources, "schema-partitions").opts;
    assert.ok(dependsOn.includes(find(resources, "schema-migrations").urn));
  });

  it("needs no superuser", () => {
    const pod = at(spec, "jobTemplate", "spec", "template", "spec");
    assert.deepEqual(at(pod, "containers", 0, "command"), ["node", "/app/schema.js", "partitions"]);
    assert.ok(!JSON.stringify(pod).includes("master"));
  });
});
