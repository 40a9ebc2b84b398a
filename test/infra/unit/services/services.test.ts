import assert from "node:assert/strict";
import { catalogue, services, type ServiceName } from "../../../../infra/services/catalogue.ts";
import type { CapturedResource } from "../../../../infra/render/capture.ts";
import { deregistrationSeconds } from "../../../../infra/naming.ts";
import { sizes, type Size } from "../../../../infra/sizing.ts";
import { at, find, inClear, ofKind } from "../data/support/resources.ts";
import { buildServices, images } from "./support/build.ts";

type Resources = readonly CapturedResource[];

const deploymentOf = (resources: Resources, name: string): CapturedResource =>
  find(resources, `services-${name}-deployment`);

const podOf = (resources: Resources, name: string): unknown =>
  at(deploymentOf(resources, name).props, "spec", "template", "spec");

const containerOf = (resources: Resources, name: string): unknown => at(podOf(resources, name), "containers", 0);

const environmentOf = (resources: Resources, name: string): Record<string, unknown> => {
  const all = at(containerOf(resources, name), "env") as { name: string; value?: string }[];
  return Object.fromEntries(all.map((one) => [one.name, one.value]));
};

describe("the tiers", function () {
  this.timeout(60_000);
  const bySize = {} as Record<Size, Resources>;
  let small: Resources = [];
  before(async () => {
    for (const size of sizes) bySize[size] = await buildServices(size);
    small = bySize.small;
  });

  const counts: { name: ServiceName; replicas?: number; strategy?: string; ignored?: string[]; budgets?: number }[] = [
    { name: "frontend" },
    { name: "api-gateway" },
    { name: "ai-service" },
    { name: "integration-service" },
    { name: "workflow-webhook" },
    { name: "n8n-worker" },
    { name: "workflow-worker" },
    { name: "workflow-service", replicas: 1, strategy: "Recreate", ignored: [], budgets: 0 },
  ];
  for (const { name, replicas, strategy = "RollingUpdate", ignored = ["spec.replicas"], budgets = 1 } of counts) {
    it(`leave the count of ${name} ${replicas === undefined ? "to its scaler" : `at ${replicas}`}`, () => {
      const { props, opts } = deploymentOf(small, name);
      assert.equal(at(props, "spec", "replicas"), replicas);
      assert.equal(at(props, "spec", "strategy", "type"), strategy);
      assert.deepEqual(opts.ignoreChanges, ignored);
      const named = ofKind(small, "PodDisruptionBudget").filter((one) => at(one.props, "metadata", "name") === name);
      assert.equal(named.length, budgets);
    });
  }

  it("are in that table, all of them", () => {
    assert.deepEqual(counts.map(({ name }) => name).toSorted(), Object.keys(catalogue).toSorted());
  });

  const sized: { name: ServiceName; size: Size; limits: object }[] = [
    { name: "frontend", size: "small", limits: { cpu: "500m", memory: "512Mi" } },
    { name: "frontend", size: "large", limits: { cpu: "2000m", memory: "2048Mi" } },
    { name: "api-gateway", size: "medium", limits: { cpu: "1000m", memory: "2048Mi" } },
    { name: "n8n-worker", size: "small", limits: { cpu: "1000m", memory: "2048Mi" } },
    { name: "n8n-worker", size: "large", limits: { cpu: "4000m", memory: "8192Mi" } },
    { name: "workflow-service", size: "large", limits: { cpu: "1000m", memory: "2048Mi" } },
  ];
  for (const { name, size, limits } of sized) {
    it(`give ${name} what the ${size} size says`, () => {
      assert.deepEqual(at(containerOf(bySize[size], name), "resources", "limits"), limits);
    });
  }

  it("request half of the limit where a tier mostly waits", () => {
    const resources = at(containerOf(small, "ai-service"), "resources");
    assert.deepEqual(at(resources, "requests"), { cpu: "500m", memory: "512Mi" });
    assert.deepEqual(at(resources, "limits"), { cpu: "1000m", memory: "1024Mi" });
  });

  const shrunk: { name: ServiceName; by: number; cpu: string; memory: string }[] = [
    { name: "api-gateway", by: 2, cpu: "150m", memory: "512Mi" },
    { name: "api-gateway", by: 100, cpu: "150m", memory: "384Mi" },
    { name: "workflow-worker", by: 10, cpu: "85m", memory: "256Mi" },
    { name: "ai-service", by: 10, cpu: "13m", memory: "128Mi" },
    { name: "n8n-worker", by: 100, cpu: "5m", memory: "512Mi" },
  ];
  for (const { name, by, cpu, memory } of shrunk) {
    it(`shrink ${name} by ${by}, but not below what it needs, and never its start`, async () => {
      const local = await buildServices("small", { divisor: by });
      const found = at(containerOf(local, name), "resources");
      assert.deepEqual(found, { requests: { cpu, memory }, limits: { cpu: "1000m", memory } });
    });
  }

  it("without an image are left out with all that is theirs", async () => {
    const { apiGateway, workflowWorker } = images;
    const some = await buildServices("small", { images: { apiGateway, workflowWorker } });
    const all = await buildServices("small");
    const leftOut = all.filter(({ name }) => !some.some((one) => one.name === name)).map(({ name }) => name);
    const gone = [
      "frontend",
      "ai-service",
      "integration-service",
      "workflow-service",
      "workflow-webhook",
      "n8n-worker",
    ];
    const prefixes = [...gone, "encryption-key"].map((name) => `services-${name}`);
    assert.deepEqual(
      all.map(({ name }) => name).filter((name) => prefixes.some((prefix) => name.startsWith(prefix))),
      leftOut,
    );
    assert.ok(ofKind(some, "Deployment").length === 2);
  });

  for (const [name, { serves, drainSeconds }] of services) {
    it(`lets ${name} finish what it has begun`, () => {
      const pod = podOf(small, name);
      const pause = at(containerOf(small, name), "lifecycle", "preStop", "sleep", "seconds") ?? 0;
      // Who is called stays until nobody sends any more; who only works stops taking work at once.
      assert.equal(pause, serves === undefined ? 0 : deregistrationSeconds);
      assert.ok(Number(at(pod, "terminationGracePeriodSeconds")) > pause + drainSeconds);
    });

    it(`confines ${name}`, () => {
      const pod = podOf(small, name);
      const container = containerOf(small, name);
      assert.equal(at(pod, "automountServiceAccountToken"), false);
      assert.equal(at(pod, "securityContext", "runAsNonRoot"), true);
      assert.equal(at(container, "securityContext", "readOnlyRootFilesystem"), true);
      const writable = (at(container, "volumeMounts") as { mountPath: string; readOnly?: boolean }[])
        .filter(({ readOnly }) => readOnly !== true)
        .map(({ mountPath }) => mountPath);
      assert.deepEqual(writable, ["/tmp"]);
    });

    it(`mounts for ${name} every file that its environment names`, () => {
      const mounts = at(containerOf(small, name), "volumeMounts") as { mountPath: string }[];
      const files = Object.entries(environmentOf(small, name))
        .filter(([key]) => /_FILE$|^NODE_EXTRA_CA_CERTS$/.test(key) && key !== "DB_POSTGRESDB_SSL_CA_FILE")
        .map(([, value]) => String(value));
      assert.deepEqual(
        files.filter((file) => !mounts.some(({ mountPath }) => file.startsWith(`${mountPath}/`))),
        [],
      );
    });

    it(`shows Prometheus the port of ${name}`, () => {
      const named = at(containerOf(small, name), "ports") as { name: string }[];
      assert.ok(named.some((port) => port.name === "metrics"));
    });
  }

  it("spread over zones and hosts, the pods of a rollout apart from those before it", () => {
    const spread = at(podOf(small, "frontend"), "topologySpreadConstraints") as Record<string, unknown>[];
    assert.deepEqual(
      spread.map(({ topologyKey, matchLabelKeys }) => [topologyKey, matchLabelKeys]),
      [
        ["topology.kubernetes.io/zone", ["pod-template-hash"]],
        ["kubernetes.io/hostname", ["pod-template-hash"]],
      ],
    );
  });

  it("that somebody waits for go before those whose work waits in a queue", () => {
    const prioritised = services
      .filter(([name]) => at(podOf(small, name), "priorityClassName") === "jobsprint-serving")
      .map(([name]) => name);
    assert.deepEqual(
      prioritised,
      services.filter(([, { serves }]) => serves !== undefined).map(([name]) => name),
    );
  });

  it("have a Service named http where they are called, and none elsewhere", () => {
    const ports = ofKind(small, "Service").map(({ props }) => [
      at(props, "metadata", "name"),
      at(props, "spec", "ports", 0, "name"),
      at(props, "spec", "ports", 0, "port"),
    ]);
    assert.deepEqual(ports.toSorted(), [
      ["ai-service", "http", 8080],
      ["api-gateway", "http", 8080],
      ["frontend", "http", 8080],
      ["integration-service", "http", 8080],
      ["workflow-service", "http", 5678],
      ["workflow-webhook", "http", 5678],
    ]);
  });

  it("are replaced when a password that they mount is another one, the others are not", async () => {
    const [first, second]: [Resources, Resources] = [
      await buildServices("small", { checksums: { "rabbitmq-services": "1" } }),
      await buildServices("small", { checksums: { "rabbitmq-services": "2" } }),
    ];
    const checksum = (resources: Resources, name: string): unknown =>
      at(deploymentOf(resources, name).props, "spec", "template", "metadata", "annotations", "checksum/config");
    const changed = services.map(([name]) => name).filter((name) => checksum(first, name) !== checksum(second, name));
    assert.deepEqual(changed, ["api-gateway", "ai-service", "integration-service", "workflow-worker"]);
  });

  describe("n8n", () => {
    const processes = ["workflow-service", "workflow-webhook", "n8n-worker"] as const;
    const settings: { key: string; value: string }[] = [
      { key: "EXECUTIONS_MODE", value: "queue" },
      { key: "DB_POSTGRESDB_HOST", value: "<db.address>" },
      { key: "DB_POSTGRESDB_SSL_ENABLED", value: "true" },
      { key: "DB_POSTGRESDB_SSL_CA_FILE", value: "/ca/database.pem" },
      { key: "QUEUE_BULL_PREFIX", value: "{bull}" },
      { key: "QUEUE_BULL_REDIS_TLS", value: "true" },
      { key: "QUEUE_BULL_REDIS_DNS_LOOKUP_STRATEGY", value: "NONE" },
      { key: "QUEUE_HEALTH_CHECK_ACTIVE", value: "true" },
      { key: "N8N_METRICS", value: "true" },
      { key: "N8N_DEFAULT_BINARY_DATA_MODE", value: "database" },
      { key: "EXECUTIONS_DATA_PRUNE", value: "true" },
    ];
    for (const { key, value } of settings) {
      it(`has ${key} ${value} in all its processes`, () => {
        for (const name of processes) assert.equal(environmentOf(small, name)[key], value, name);
      });
    }

    it("names every member of the Redis cluster", () => {
      const nodes = String(environmentOf(small, "n8n-worker")["QUEUE_BULL_REDIS_CLUSTER_NODES"]);
      assert.deepEqual(
        nodes.split(","),
        [0, 1, 2].map((index) => `redis-${index}.redis.jobsprint.svc.cluster.local:6379`),
      );
    });

    it("ends executions before the pod is killed", () => {
      for (const name of processes) {
        const timeout = Number(environmentOf(small, name)["N8N_GRACEFUL_SHUTDOWN_TIMEOUT"]);
        const pause = Number(at(containerOf(small, name), "lifecycle", "preStop", "sleep", "seconds") ?? 0);
        assert.ok(timeout + pause < Number(at(podOf(small, name), "terminationGracePeriodSeconds")), name);
      }
    });

    it("shares one key, protected and nowhere in clear", () => {
      const key = find(small, "services-encryption-key-bytes");
      assert.ok(key.opts.protect);
      assert.ok(find(small, "services-encryption-key-secret").opts.protect);
      assert.deepEqual(inClear(small, "generated-secret-of-services-encryption-key-bytes"), []);
    });
  });
});
