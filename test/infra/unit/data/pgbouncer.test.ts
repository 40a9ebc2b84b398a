import assert from "node:assert/strict";
import { CertificateAuthority } from "../../../../infra/data/certificates/certificateAuthority.ts";
import { Credential } from "../../../../infra/data/credential.ts";
import { Pgbouncer } from "../../../../infra/data/pgbouncer/pgbouncer.ts";
import {
  hostBasedAccess,
  pgbouncerIni,
  type PgbouncerSettings,
} from "../../../../infra/data/pgbouncer/pgbouncerIni.ts";
import { serverNames } from "../../../../infra/data/serverNames.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { generatedSecret } from "../../../../infra/render/outputs.ts";
import { at, find, inClear } from "./support/resources.ts";

const settings: PgbouncerSettings = {
  primaryHost: "primary",
  replicaHosts: ["replica-1", "replica-2"],
  port: 5432,
  caFile: "/ca.pem",
  pools: { replicas: 2, poolSize: 20 },
};

describe("pgbouncer.ini", () => {
  const cases = [
    { name: "writes to the primary", changes: {}, line: "rw = host=primary port=5432 dbname=jobsprint" },
    { name: "takes the replicas in turn", changes: {}, line: "ro = host=replica-1,replica-2 port=5432" },
    { name: "reads from the primary without replicas", changes: { replicaHosts: [] }, line: "ro = host=primary port" },
    { name: "keeps the strategy's 20 connections an instance", changes: {}, line: "default_pool_size = 20\n" },
    { name: "halves the strategy's 100 for two instances", changes: {}, line: "max_db_connections = 50\n" },
    {
      name: "rounds a third of them down",
      changes: { pools: { replicas: 3, poolSize: 20 } },
      line: "max_db_connections = 33\n",
    },
    { name: "keeps the strategy's lifetime", changes: {}, line: "server_lifetime = 3600\n" },
    { name: "keeps the strategy's idle time", changes: {}, line: "server_idle_timeout = 30\n" },
    { name: "keeps the strategy's time for a connection", changes: {}, line: "query_wait_timeout = 2\n" },
    { name: "pools by transaction", changes: {}, line: "pool_mode = transaction\n" },
    { name: "refuses clients without TLS", changes: {}, line: "client_tls_sslmode = require\n" },
    { name: "checks the servers' names", changes: {}, line: "server_tls_sslmode = verify-full\n" },
    { name: "trusts the authority it is given", changes: {}, line: "server_tls_ca_file = /ca.pem\n" },
  ];
  for (const { name, changes, line } of cases) {
    it(name, () => {
      assert.ok(pgbouncerIni({ ...settings, ...changes }).includes(line));
    });
  }

  it("lets in the exporter without a password from within the pod alone", () => {
    const [application, exporter] = hostBasedAccess().split("\n");
    assert.equal(application, "hostssl rw,ro jobsprint all scram-sha-256");
    assert.equal(exporter, "hostssl pgbouncer stats 127.0.0.1/32 trust");
  });
});

describe("the names of a server", () => {
  it("are those that resolve in its own namespace and in others", () => {
    assert.deepEqual(serverNames("pgbouncer"), [
      "pgbouncer.jobsprint.svc.cluster.local",
      "pgbouncer",
      "pgbouncer.jobsprint",
      "pgbouncer.jobsprint.svc",
    ]);
  });
});

describe("PgBouncer", function () {
  this.timeout(60_000);
  let resources: readonly CapturedResource[];
  let pod: unknown;

  before(async () => {
    ({ resources } = await capture(
      () =>
        new Pgbouncer("pgbouncer", {
          images: { pgbouncer: "pgbouncer:1", pgbouncerExporter: "exporter:1" },
          pools: { replicas: 3, poolSize: 20 },
          database: { ...settings, maxConnections: 400, location: { cidrs: ["10.0.0.0/16"] } },
          credential: new Credential("app", { secretName: "postgres-jobsprint", username: "jobsprint" }),
          authority: new CertificateAuthority("ca"),
          clients: ["api-gateway"],
          divisor: 1,
        }),
    ));
    pod = at(find(resources, "pgbouncer-deployment").props, "spec", "template", "spec");
  });

  it("has the instances that its share of the connections is computed for", () => {
    assert.equal(at(find(resources, "pgbouncer-deployment").props, "spec", "replicas"), 3);
    const ini = at(find(resources, "pgbouncer-configmap").props, "data", "pgbouncer.ini");
    assert.match(String(ini), /max_db_connections = 33/);
  });

  it("holds the application's password in a Secret and nowhere in clear", () => {
    const password = generatedSecret("app-password");
    const users = at(find(resources, "pgbouncer-users").props, "stringData", "userlist.txt");
    assert.equal(users, `"jobsprint" "${password}"\n"stats" ""\n`);
    assert.deepEqual(inClear(resources, password), []);
  });

  it("waits longer for its clients than they keep an idle connection", () => {
    const grace = at(pod, "terminationGracePeriodSeconds") as number;
    const pause = at(pod, "containers", 0, "lifecycle", "preStop", "sleep", "seconds") as number;
    assert.ok(grace - pause > 30, `${grace} s of grace, ${pause} s of pause`);
  });

  it("is reached by its clients and by Prometheus alone, and reaches the database alone", () => {
    const { ingress, egress } = at(find(resources, "pgbouncer-traffic").props, "spec") as Record<string, unknown[]>;
    assert.deepEqual(
      ingress!.map((rule) => at(rule, "ports", 0, "port")),
      [6432, "metrics"],
    );
    // The first rule is DNS.
    assert.deepEqual(egress!.slice(1), [
      { to: [{ ipBlock: { cidr: "10.0.0.0/16" } }], ports: [{ protocol: "TCP", port: 5432 }] },
    ]);
  });

  it("is replaced when its configuration, its users or its certificate change", () => {
    const annotations = at(
      find(resources, "pgbouncer-deployment").props,
      "spec",
      "template",
      "metadata",
      "annotations",
    );
    assert.deepEqual(Object.keys(annotations as object).toSorted(), [
      "checksum/certificate",
      "checksum/config",
      "checksum/users",
    ]);
  });
});
