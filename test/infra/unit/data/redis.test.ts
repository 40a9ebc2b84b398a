import assert from "node:assert/strict";
import { CertificateAuthority } from "../../../../infra/data/certificates/certificateAuthority.ts";
import { membersOf, replicasPerMaster } from "../../../../infra/data/redis/members.ts";
import { Redis } from "../../../../infra/data/redis/redis.ts";
import { redisConf } from "../../../../infra/data/redis/redisConf.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { generatedSecret } from "../../../../infra/render/outputs.ts";
import { sizes, sizing, type Size } from "../../../../infra/sizing.ts";
import { at, find, inClear, ofKind } from "./support/resources.ts";

interface Build {
  readonly size?: Size;
  readonly divisor?: number;
  readonly protect?: boolean;
  readonly image?: string;
}

async function build({ size = "large", divisor = 1, protect = true, image = "redis:8" }: Build = {}): Promise<
  readonly CapturedResource[]
> {
  const { resources } = await capture(
    () =>
      new Redis("redis", {
        images: { redis: image, redisExporter: "exporter:1" },
        sizing: sizing[size].redis,
        divisor,
        zoneSpread: "DoNotSchedule",
        authority: new CertificateAuthority("ca"),
        clients: ["api-gateway"],
        storageClass: "fast-ssd",
        protect,
      }),
  );
  return resources;
}

const specOf = (resources: readonly CapturedResource[]): Record<string, unknown> =>
  find(resources, "redis-statefulset").props["spec"] as Record<string, unknown>;

describe("the members of Redis", () => {
  const cases = [
    { nodes: 1, replicas: 0 },
    { nodes: 3, replicas: 0 },
    { nodes: 6, replicas: 1 },
    { nodes: 9, replicas: 2 },
  ];
  for (const { nodes, replicas } of cases) {
    it(`are ${nodes} with ${replicas} replicas a master`, () => {
      assert.equal(replicasPerMaster(nodes), replicas);
    });
  }
  for (const nodes of [0, 2, 4]) {
    it(`are never ${nodes}`, () => {
      assert.throws(() => replicasPerMaster(nodes), new RegExp(`multiple of 3, found ${nodes}`));
    });
  }

  it("are named as the StatefulSet names its pods", () => {
    assert.deepEqual(membersOf(1), ["redis-0.redis.jobsprint.svc.cluster.local:6379"]);
  });
});

describe("redis.conf", () => {
  const lines = redisConf({ cpu: 8, memoryGi: 32 }).split("\n");
  const cases = [
    { name: "listens without TLS nowhere", line: "port 0" },
    { name: "encrypts the bus", line: "tls-cluster yes" },
    { name: "encrypts replication", line: "tls-replication yes" },
    { name: "keeps the strategy's node timeout", line: "cluster-node-timeout 5000" },
    { name: "keeps the strategy's append-only file", line: "appendonly yes" },
    { name: "evicts cached values and never a job", line: "maxmemory-policy volatile-lru" },
    { name: "leaves memory for rewrites and buffers", line: `maxmemory ${Math.floor(0.7 * 32 * 2 ** 30)}` },
    { name: "sends clients on by name", line: "cluster-preferred-endpoint-type hostname" },
    { name: "leaves two cores of eight beside", line: "io-threads 6" },
  ];
  for (const { name, line } of cases) {
    it(name, () => {
      assert.ok(lines.includes(line), line);
    });
  }

  it("holds no password", () => {
    assert.ok(!lines.some((line) => /^(requirepass|masterauth)/.test(line)));
  });
});

for (const size of sizes) {
  describe(`Redis of size ${size}`, function () {
    this.timeout(60_000);
    let resources: readonly CapturedResource[];

    before(async () => {
      resources = await build({ size });
    });

    it("has the size's members, each with its own disk and a guaranteed share", () => {
      const { nodes, storageGi, memoryGi, cpu } = sizing[size].redis;
      const spec = specOf(resources);
      assert.equal(spec["replicas"], nodes);
      assert.equal(at(spec, "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"), `${storageGi}Gi`);
      const { requests, limits } = at(spec, "template", "spec", "containers", 0, "resources") as Record<
        string,
        unknown
      >;
      assert.deepEqual(requests, limits);
      assert.deepEqual(limits, { cpu: `${cpu * 1000}m`, memory: `${memoryGi * 1024}Mi` });
    });

    it("may lose one member at a time where it has several", () => {
      const budgets = ofKind(resources, "PodDisruptionBudget");
      assert.equal(budgets.length, sizing[size].redis.nodes > 1 ? 1 : 0);
    });

    it("tells the Job how many members there are", () => {
      const env = at(ofKind(resources, "Job")[0]?.props, "spec", "template", "spec", "containers", 0, "env");
      const value = (name: string): string | undefined =>
        (env as { name: string; value: string }[]).find((one) => one.name === name)?.value;
      assert.equal(value("REDIS_NODES"), String(sizing[size].redis.nodes));
      assert.equal(value("REDIS_REPLICAS"), size === "large" ? "1" : "0");
    });
  });
}

describe("Redis", function () {
  this.timeout(60_000);

  it("is protected where it is told so", async () => {
    assert.equal(find(await build({ protect: true }), "redis-statefulset").opts.protect, true);
    assert.equal(find(await build({ protect: false }), "redis-statefulset").opts.protect, false);
  });

  it("is found by its own members before they are ready, all of which start at once", async () => {
    const resources = await build();
    assert.equal(at(find(resources, "redis-service").props, "spec", "publishNotReadyAddresses"), true);
    assert.equal(specOf(resources)["podManagementPolicy"], "Parallel");
  });

  it("writes its password in clear nowhere", async () => {
    assert.deepEqual(inClear(await build(), generatedSecret("redis-credential-password")), []);
  });

  it("closes the bus to everybody but its members", async () => {
    const ingress = at(find(await build(), "redis-traffic").props, "spec", "ingress") as unknown[];
    const withBus = ingress.filter((rule) => JSON.stringify(at(rule, "ports")).includes("16379"));
    assert.deepEqual(
      withBus.map((rule) => at(rule, "from")),
      [[{ podSelector: { matchLabels: { "app.kubernetes.io/name": "redis" } } }]],
    );
  });

  it("forms the cluster once the members are there", async () => {
    const resources = await build();
    const job = ofKind(resources, "Job")[0];
    assert.ok(job?.opts.dependsOn.includes(find(resources, "redis-statefulset").urn));
    assert.ok(job?.opts.dependsOn.includes(find(resources, "redis-bootstrap-traffic").urn));
  });

  it("has another Job when what the Job runs changes, and the same one otherwise", async () => {
    const nameWith = async (image: string): Promise<unknown> =>
      at(ofKind(await build({ image }), "Job")[0]?.props, "metadata", "name");
    const first = await nameWith("redis:8");
    assert.match(String(first), /^redis-bootstrap-[0-9a-f]{10}$/);
    assert.equal(await nameWith("redis:8"), first);
    assert.notEqual(await nameWith("redis:9"), first);
  });

  it("divides memory and what may be used of it alike", async () => {
    const resources = await build({ size: "small", divisor: 10 });
    const conf = at(find(resources, "redis-configmap").props, "data", "redis.conf");
    assert.match(String(conf), new RegExp(`maxmemory ${Math.floor(0.2 * 0.7 * 2 ** 30)}\n`));
    assert.equal(
      at(specOf(resources), "template", "spec", "containers", 0, "resources", "limits", "memory"),
      `${Math.round(204.8)}Mi`,
    );
  });

  it("leaves the exporter the memory that it starts with", async () => {
    const containers = at(specOf(await build({ size: "small", divisor: 10 })), "template", "spec", "containers");
    assert.equal(at(containers, 1, "resources", "limits", "memory"), "64Mi");
  });
});
