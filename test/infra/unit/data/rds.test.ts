import assert from "node:assert/strict";
import { Rds, type RdsArgs } from "../../../../infra/data/postgres/rds.ts";
import { AlarmTopic } from "../../../../infra/data/postgres/alarmTopic.ts";
import { instanceClassFor } from "../../../../infra/data/postgres/instanceClass.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { safety } from "../../../../infra/safety.ts";
import { sizes, sizing, type Size } from "../../../../infra/sizing.ts";
import { at, find, ofKind } from "./support/resources.ts";

const argsOf = (environment: "dev" | "prod", size: Size): RdsArgs => ({
  ...safety[environment],
  identifier: `jobsprint-${environment}`,
  sizing: sizing[size].postgres,
  vpcId: "vpc-1",
  vpcCidr: "10.0.0.0/16",
  intraSubnetIds: ["subnet-1", "subnet-2", "subnet-3"],
  availabilityZones: ["a", "b", "c"],
  clusterSecurityGroupId: "sg-cluster",
  alarmTopicArn: "arn:topic",
});

async function build(environment: "dev" | "prod", size: Size): Promise<readonly CapturedResource[]> {
  const { resources } = await capture(() => new Rds("db", argsOf(environment, size)));
  return resources;
}

describe("the instance class of PostgreSQL", () => {
  const cases = [
    { name: "a size's exact class", cpu: 4, memoryGi: 16, expected: "db.m7g.xlarge" },
    { name: "the cheaper of two that fit", cpu: 2, memoryGi: 5, expected: "db.m7g.large" },
    { name: "one with more memory where the cores alone would fit", cpu: 2, memoryGi: 16, expected: "db.r7g.large" },
    { name: "one with more cores where the memory alone would fit", cpu: 5, memoryGi: 4, expected: "db.m7g.2xlarge" },
  ];
  for (const { name, expected, ...resources } of cases) {
    it(`is ${name}`, () => {
      assert.equal(instanceClassFor(resources), expected);
    });
  }

  it("is refused where none is large enough", () => {
    assert.throws(() => instanceClassFor({ cpu: 64, memoryGi: 16 }), /no instance class has 64 cores and 16 GiB/);
  });
});

for (const size of sizes) {
  describe(`RDS of size ${size} in prod`, function () {
    this.timeout(60_000);
    let resources: readonly CapturedResource[];
    let instances: readonly CapturedResource[];

    before(async () => {
      resources = await build("prod", size);
      instances = resources.filter(({ type }) => type === "aws:rds/instance:Instance");
    });

    it("is a primary and the size's replicas, of one class", () => {
      const replicas = instances.filter(({ props }) => props["replicateSourceDb"] === "jobsprint-prod");
      assert.equal(replicas.length, sizing[size].postgres.replicas);
      assert.equal(instances.length, replicas.length + 1);
      assert.equal(new Set(instances.map(({ props }) => props["instanceClass"])).size, 1);
    });

    it("is encrypted, closed to the outside and keeps its minor version, each instance", () => {
      for (const { name, props } of instances) {
        assert.equal(props["storageEncrypted"], true, name);
        assert.equal(props["publiclyAccessible"], false, name);
        assert.equal(props["autoMinorVersionUpgrade"], false, name);
        assert.equal(props["performanceInsightsKmsKeyId"], "<db-key.arn>", name);
      }
    });

    it("grows its disks by itself, and no run takes that back", () => {
      for (const { name, props, opts } of instances) {
        assert.ok((props["maxAllocatedStorage"] as number) > sizing[size].postgres.storageGi, name);
        assert.deepEqual(opts.ignoreChanges, ["allocatedStorage"], name);
      }
    });

    it("gives a replica nothing that AWS takes from the primary alone", () => {
      const forbidden = ["username", "password", "manageMasterUserPassword", "engine", "dbSubnetGroupName", "kmsKeyId"];
      for (const { name, props } of instances.filter(({ props: { replicateSourceDb } }) => replicateSourceDb)) {
        assert.deepEqual(
          forbidden.filter((key) => key in props),
          [],
          name,
        );
        assert.equal(props["skipFinalSnapshot"], true, name);
        assert.equal(props["parameterGroupName"], "<db-replica-parameters.name>", name);
      }
    });

    it("raises alarms on every instance, on the lag of replicas only", () => {
      const metrics = (instance: string): unknown[] =>
        ofKind(resources, "MetricAlarm")
          .filter(({ props }) => at(props, "dimensions", "DBInstanceIdentifier") === instance)
          .map(({ props }) => props["metricName"])
          .toSorted();
      const common = ["CPUUtilization", "DatabaseConnections", "FreeStorageSpace"];
      assert.deepEqual(metrics("jobsprint-prod"), common);
      for (const { props } of instances.filter(({ props: { replicateSourceDb } }) => replicateSourceDb))
        assert.deepEqual(metrics(props["identifier"] as string), [...common, "ReplicaLag"]);
    });
  });
}

describe("RDS", function () {
  this.timeout(60_000);

  it("in prod is protected, has a standby, thirty-five days of backups and a final snapshot", async () => {
    const { props, opts } = find(await build("prod", "medium"), "db-primary");
    assert.equal(opts.protect, true);
    assert.equal(props["deletionProtection"], true);
    assert.equal(props["multiAz"], true);
    assert.equal(props["backupRetentionPeriod"], 35);
    assert.equal(props["skipFinalSnapshot"], false);
    assert.equal(props["finalSnapshotIdentifier"], "jobsprint-prod-final");
    assert.equal(props["deleteAutomatedBackups"], false);
  });

  it("in dev can be destroyed without a snapshot", async () => {
    const { props, opts } = find(await build("dev", "small"), "db-primary");
    assert.equal(opts.protect, false);
    assert.equal(props["deletionProtection"], false);
    assert.equal(props["skipFinalSnapshot"], true);
    assert.equal("finalSnapshotIdentifier" in props, false);
  });

  it("has a master password that nobody but Secrets Manager knows", async () => {
    const { props } = find(await build("prod", "small"), "db-primary");
    assert.equal(props["manageMasterUserPassword"], true);
    assert.equal(props["masterUserSecretKmsKeyId"], "<db-key.keyId>");
    assert.equal("password" in props, false);
  });

  it("gives a primary with replicas a write-only password, since RDS manages none of such a one", async () => {
    const resources = await build("prod", "large");
    const { props, secretPaths } = find(resources, "db-primary");
    assert.equal("manageMasterUserPassword" in props, false);
    assert.equal(props["passwordWoVersion"], 1);
    assert.deepEqual(secretPaths, ["passwordWo"]);
    assert.deepEqual(find(resources, "db-master-version").secretPaths, ["secretString"]);
    assert.equal(find(resources, "db-master-secret").opts.protect, true);
  });

  it("refuses connections without TLS on the primary and on replicas", async () => {
    const groups = ofKind(await build("prod", "medium"), "ParameterGroup");
    assert.equal(groups.length, 2);
    for (const { name, props } of groups) {
      const parameters = props["parameters"] as { name: string; value: string }[];
      assert.equal(parameters.find((one) => one.name === "rds.force_ssl")?.value, "1", name);
    }
  });

  it("lets in the cluster's pods on PostgreSQL's port, and nobody else", async () => {
    const rules = ofKind(await build("prod", "large"), "SecurityGroupIngressRule");
    assert.equal(rules.length, 1);
    const { referencedSecurityGroupId, fromPort, toPort } = rules[0]!.props;
    assert.deepEqual([referencedSecurityGroupId, fromPort, toPort], ["sg-cluster", 5432, 5432]);
  });

  it("makes the log group before the instance that would make one without an end", async () => {
    const resources = await build("prod", "small");
    const logs = find(resources, "db-primary-logs");
    assert.deepEqual(logs.props, { name: "/aws/rds/instance/jobsprint-prod/postgresql", retentionInDays: 90 });
    assert.ok(find(resources, "db-primary").opts.dependsOn.includes(logs.urn));
  });

  it("spreads three replicas over three zones", async () => {
    const resources = await build("prod", "large");
    const zones = [1, 2, 3].map((number) => find(resources, `db-replica-${number}`).props["availabilityZone"]);
    assert.deepEqual(zones, ["b", "c", "a"]);
  });

  it("tells where it is reached, and how many connections RDS allows", async () => {
    const { result } = await capture(() => {
      const { endpoints } = new Rds("db", argsOf("prod", "medium"));
      return { connections: endpoints.maxConnections, replicas: endpoints.replicaHosts.length, port: endpoints.port };
    });
    // LEAST(16 GiB / 9531392, 5000)
    assert.deepEqual(result, { connections: 1802, replicas: 2, port: 5432 });
  });
});

describe("the topic of the alarms", function () {
  this.timeout(60_000);

  it("is encrypted by a key that CloudWatch may use", async () => {
    const args = { email: "sre@example.com", accountId: "123456789012", protect: true };
    const { resources } = await capture(() => new AlarmTopic("alarms", args));
    assert.equal(find(resources, "alarms-topic").props["kmsMasterKeyId"], "<alarms-key.arn>");
    const policy = JSON.parse(find(resources, "alarms-key").props["policy"] as string) as { Statement: unknown[] };
    assert.ok(policy.Statement.some((one) => at(one, "Principal", "Service") === "cloudwatch.amazonaws.com"));
  });
});
