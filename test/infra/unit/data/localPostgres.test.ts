import assert from "node:assert/strict";
import { CertificateAuthority } from "../../../../infra/data/certificates/certificateAuthority.ts";
import { LocalPostgres } from "../../../../infra/data/postgres/localPostgres.ts";
import { hostBasedAccess, postgresConf } from "../../../../infra/data/postgres/postgresConf.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { generatedSecret } from "../../../../infra/render/outputs.ts";
import { sizing } from "../../../../infra/sizing.ts";
import { at, find, inClear } from "./support/resources.ts";

describe("the configuration of PostgreSQL without AWS", () => {
  const lines = postgresConf({ planned: 4, actual: 0.4 }).split("\n");

  it("allows as many connections as RDS would for the size, whatever the machine", () => {
    // LEAST(4 GiB / 9531392, 5000)
    assert.ok(lines.includes("max_connections = 450"));
  });

  it("takes a quarter of the memory that is there", () => {
    assert.ok(lines.includes("shared_buffers = 102MB"));
  });

  it("lets in nobody without TLS and a password", () => {
    for (const line of hostBasedAccess.trim().split("\n")) assert.match(line, /^hostssl .* scram-sha-256$/);
  });
});

describe("PostgreSQL without AWS", function () {
  this.timeout(60_000);
  let resources: readonly CapturedResource[];
  let hosts: unknown;

  before(async () => {
    const { resources: seen, result } = await capture(() => {
      const { endpoints } = new LocalPostgres("postgres", {
        image: "postgres:17",
        sizing: { ...sizing.small.postgres, replicas: 1 },
        divisor: 10,
        authority: new CertificateAuthority("ca"),
        clients: ["pgbouncer", "schema"],
        storageClass: "standard",
      });
      return [endpoints.primaryHost, ...endpoints.replicaHosts];
    });
    resources = seen;
    hosts = result;
  });

  it("is reached by its pods' own names, the primary first", () => {
    assert.deepEqual(hosts, [
      "postgres-0.postgres.jobsprint.svc.cluster.local",
      "postgres-1.postgres.jobsprint.svc.cluster.local",
    ]);
    assert.equal(at(find(resources, "postgres-statefulset").props, "spec", "replicas"), 2);
  });

  it("starts its replica after the primary", () => {
    const { podManagementPolicy } = find(resources, "postgres-statefulset").props["spec"] as Record<string, unknown>;
    assert.ok(podManagementPolicy === undefined || podManagementPolicy === "OrderedReady");
  });

  it("divides its disk like its memory", () => {
    const claim = at(find(resources, "postgres-statefulset").props, "spec", "volumeClaimTemplates", 0, "spec");
    assert.equal(at(claim, "resources", "requests", "storage"), "10Gi");
  });

  it("writes its password in clear nowhere", () => {
    assert.deepEqual(inClear(resources, generatedSecret("postgres-credential-password")), []);
  });

  it("is stopped without waiting for its clients", () => {
    const stop = at(
      find(resources, "postgres-statefulset").props,
      ...["spec", "template", "spec", "containers", 0, "lifecycle", "preStop", "exec", "command"],
    ) as string[];
    assert.ok(stop.join(" ").endsWith("-m fast stop"));
  });
});
