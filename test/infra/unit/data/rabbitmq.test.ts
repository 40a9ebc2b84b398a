import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CertificateAuthority } from "../../../../infra/data/certificates/certificateAuthority.ts";
import { definitions } from "../../../../infra/data/rabbitmq/definitions.ts";
import { passwordHash } from "../../../../infra/data/rabbitmq/passwordHash.ts";
import { RabbitMq } from "../../../../infra/data/rabbitmq/rabbitmq.ts";
import { rabbitmqConf } from "../../../../infra/data/rabbitmq/rabbitmqConf.ts";
import { memberLimits } from "../../../../infra/data/rabbitmq/rabbitmqPod.ts";
import { exchanges, queues } from "../../../../runtime/src/queue/topology.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { generatedSecret } from "../../../../infra/render/outputs.ts";
import { sizes, sizing, type Size } from "../../../../infra/sizing.ts";
import { at, find, inClear, ofKind } from "./support/resources.ts";

interface Build {
  readonly size?: Size;
  readonly protect?: boolean;
}

async function build({ size = "large", protect = true }: Build = {}): Promise<readonly CapturedResource[]> {
  const { resources } = await capture(
    () =>
      new RabbitMq("rabbitmq", {
        images: { rabbitmq: "rabbitmq:4.3-management" },
        sizing: sizing[size].rabbitmq,
        divisor: 1,
        zoneSpread: "DoNotSchedule",
        authority: new CertificateAuthority("ca"),
        clients: ["workflow-worker"],
        storageClass: "fast-ssd",
        protect,
      }),
  );
  return resources;
}

const container = ["spec", "template", "spec", "containers", 0] as const;

const user = (name: string) => ({ password: `password of ${name}`, salt: name });
const users = { admin: user("admin"), services: user("services"), autoscaler: user("autoscaler") };

describe("the queues", () => {
  const cases = [
    { name: "workflow", maxLength: 100_000, messageTtlMs: 86_400_000, deadLetterExchange: "workflow.dlx" },
    { name: "workflow_priority", maxLength: undefined, messageTtlMs: undefined, deadLetterExchange: "workflow.dlx" },
    { name: "workflow_dlx", maxLength: undefined, messageTtlMs: 604_800_000, deadLetterExchange: undefined },
  ];
  for (const { name, ...limits } of cases) {
    it(`have ${name} with the strategy's limits`, () => {
      const found = queues.find((queue) => queue.name === name);
      assert.ok(found);
      const { maxLength, messageTtlMs, deadLetterExchange } = found;
      assert.deepEqual({ maxLength, messageTtlMs, deadLetterExchange }, limits);
    });
  }

  it("name exchanges and queues that exist", () => {
    const names = queues.map(({ name }) => name);
    for (const { queues: bound } of exchanges) assert.ok(bound.every((name) => names.includes(name)));
    for (const { deadLetterExchange } of queues) {
      assert.ok(deadLetterExchange === undefined || exchanges.some(({ name }) => name === deadLetterExchange));
    }
  });
});

describe("a password's hash", () => {
  it("is the salt and SHA-256 of salt and password", () => {
    const bytes = Buffer.from(passwordHash("secret", "salt"), "base64");
    assert.equal(bytes.length, 36);
    const digest = createHash("sha256").update(bytes.subarray(0, 4)).update("secret").digest();
    assert.deepEqual(bytes.subarray(4), digest);
  });

  it("is the same each time, and another for another salt", () => {
    assert.equal(passwordHash("secret", "salt"), passwordHash("secret", "salt"));
    assert.notEqual(passwordHash("secret", "salt"), passwordHash("secret", "other"));
  });
});

describe("RabbitMQ's definitions", () => {
  const all = definitions(users) as Record<string, Record<string, unknown>[]>;
  const rightsOf = (name: string) => all["permissions"]!.find((one) => one["user"] === name)!;

  it("hold no password", () => {
    assert.doesNotMatch(JSON.stringify(all), /password of/);
  });

  it("declare quorum queues, whose limits are policies", () => {
    for (const queue of all["queues"]!) assert.deepEqual(queue["arguments"], { "x-queue-type": "quorum" });
    assert.deepEqual(
      all["policies"]!.map(({ pattern }) => pattern),
      ["^workflow$", "^workflow_priority$", "^workflow_dlx$"],
    );
  });

  it("move dead letters at least once wherever they go anywhere", () => {
    for (const policy of all["policies"]!) {
      if (at(policy, "definition", "dead-letter-exchange") === undefined) continue;
      assert.equal(at(policy, "definition", "dead-letter-strategy"), "at-least-once");
      assert.equal(at(policy, "definition", "overflow"), "reject-publish");
    }
  });

  const rights = [
    { who: "services", right: "write", name: "workflow.dlx", may: true },
    { who: "services", right: "write", name: "amq.default", may: true },
    { who: "services", right: "write", name: "workflowXdlx", may: false },
    { who: "services", right: "read", name: "workflow_priority", may: true },
    { who: "services", right: "read", name: "other", may: false },
    { who: "services", right: "configure", name: "workflow", may: false },
    { who: "autoscaler", right: "read", name: "workflow", may: false },
    { who: "autoscaler", right: "write", name: "amq.default", may: false },
    { who: "admin", right: "configure", name: "workflow", may: true },
  ];
  for (const { who, right, name, may } of rights) {
    it(`let ${who} ${may ? "" : "not "}${right} ${name}`, () => {
      assert.equal(new RegExp(rightsOf(who)[right] as string).test(name), may);
    });
  }
});

describe("a member's memory", () => {
  const cases = [
    { name: "is the size's", divisor: 1, memoryGi: 2 },
    { name: "is divided where one machine holds all", divisor: 2, memoryGi: 1 },
    { name: "is never less than an idle broker and its tools take", divisor: 10, memoryGi: 0.5 },
  ];
  for (const { name, divisor, memoryGi } of cases) {
    it(name, () => {
      assert.equal(memberLimits({ sizing: sizing.small.rabbitmq, divisor }).memoryGi, memoryGi);
    });
  }
});

describe("rabbitmq.conf", () => {
  const lines = rabbitmqConf({ nodes: 3, memoryGi: 32 }).split("\n");
  const cases = [
    { name: "listens without TLS nowhere", line: "listeners.tcp = none" },
    { name: "listens for AMQP with TLS", line: "listeners.ssl.default = 5671" },
    { name: "serves management with TLS", line: "management.ssl.port = 15671" },
    { name: "serves metrics", line: "prometheus.tcp.port = 15692" },
    { name: "makes quorum queues", line: "default_queue_type = quorum" },
    { name: "waits for all members", line: "cluster_formation.target_cluster_size_hint = 3" },
    {
      name: "knows the container's memory",
      line: `total_memory_available_override_value = ${Math.floor(25.6 * 2 ** 30)}`,
    },
    { name: "keeps as much disk free as there is memory", line: "disk_free_limit.relative = 1.0" },
    { name: "imports the definitions", line: "load_definitions = /etc/jobsprint/definitions/definitions.json" },
  ];
  for (const { name, line } of cases) {
    it(name, () => {
      assert.ok(lines.includes(line), line);
    });
  }

  const discovery = [
    { name: "finds its peers where it has some", nodes: 3, finds: true },
    { name: "looks for nobody where it is alone", nodes: 1, finds: false },
  ];
  for (const { name, nodes, finds } of discovery) {
    it(name, () => {
      const text = rabbitmqConf({ nodes, memoryGi: 2 });
      assert.equal(text.includes("peer_discovery_backend = classic_config"), finds);
    });
  }

  it("names every member as its pod does", async () => {
    const named = lines.flatMap((line) => /classic_config\.nodes\.\d = (\S+)/.exec(line)?.[1] ?? []);
    const env = at(find(await build(), "rabbitmq-statefulset").props, ...container, "env") as Record<string, string>[];
    const name = env.find((one) => one["name"] === "RABBITMQ_NODENAME")?.["value"] ?? "";
    assert.deepEqual(
      named,
      [0, 1, 2].map((index) => name.replace("$(POD_NAME)", `rabbitmq-${index}`)),
    );
  });

  it("looks for the others as long as a pod may take to start, since who gives up stays alone", async () => {
    const probe = at(find(await build(), "rabbitmq-statefulset").props, ...container, "startupProbe");
    const startSeconds = Number(at(probe, "periodSeconds")) * Number(at(probe, "failureThreshold"));
    const told = (key: string): number => Number(new RegExp(`discovery_${key} = (\\d+)`).exec(lines.join("\n"))?.[1]);
    assert.ok((told("retry_interval") / 1000) * told("retry_limit") > startSeconds);
  });

  it("says nothing twice", () => {
    const keys = lines.filter(Boolean).map((line) => line.split(" = ")[0]);
    assert.equal(new Set(keys).size, keys.length);
  });
});

for (const size of sizes) {
  describe(`RabbitMQ of size ${size}`, function () {
    this.timeout(60_000);
    const { nodes, storageGi, memoryGi, cpu } = sizing[size].rabbitmq;
    let resources: readonly CapturedResource[];

    before(async () => {
      resources = await build({ size });
    });

    it("has the size's members, each with its own disk and a guaranteed share", () => {
      const spec = find(resources, "rabbitmq-statefulset").props["spec"];
      assert.equal(at(spec, "replicas"), nodes);
      assert.equal(at(spec, "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"), `${storageGi}Gi`);
      const share = { cpu: `${cpu * 1000}m`, memory: `${memoryGi * 1024}Mi` };
      const resourcesOf = at(spec, "template", "spec", "containers", 0, "resources");
      assert.deepEqual(resourcesOf, { requests: share, limits: share });
    });

    it("lets one member go at a time, where it has several, and none before a quorum stays", () => {
      const spec = find(resources, "rabbitmq-statefulset").props["spec"];
      assert.equal(ofKind(resources, "PodDisruptionBudget").length, nodes > 1 ? 1 : 0);
      const command = at(spec, "template", "spec", "containers", 0, "lifecycle", "preStop", "exec", "command", 2);
      assert.equal(/await_online_quorum_plus_one.*drain/.test(command as string), true);
    });
  });
}

describe("RabbitMQ", function () {
  this.timeout(60_000);

  it("is protected where it is told so", async () => {
    assert.equal(find(await build({ protect: true }), "rabbitmq-statefulset").opts.protect, true);
    assert.equal(find(await build({ protect: false }), "rabbitmq-statefulset").opts.protect, false);
  });

  it("starts all members at once, which find each other before they are ready", async () => {
    const resources = await build();
    assert.equal(at(find(resources, "rabbitmq-nodes").props, "spec", "publishNotReadyAddresses"), true);
    assert.equal(at(find(resources, "rabbitmq-statefulset").props, "spec", "podManagementPolicy"), "Parallel");
  });

  it("has no token of the Kubernetes API", async () => {
    const resources = await build();
    assert.equal(find(resources, "rabbitmq-account").props["automountServiceAccountToken"], false);
    assert.deepEqual(ofKind(resources, "Role"), []);
  });

  it("gives each user a Secret with its address", async () => {
    const resources = await build();
    for (const name of ["admin", "services", "autoscaler"]) {
      const { props } = find(resources, `rabbitmq-users-${name}-secret`);
      assert.equal(at(props, "metadata", "name"), `rabbitmq-${name}`);
      const password = generatedSecret(`rabbitmq-users-${name}-password`);
      const url = `amqps://${name}:${password}@rabbitmq.jobsprint.svc.cluster.local:5671`;
      assert.equal(at(props, "stringData", "url"), url);
    }
  });

  it("writes password, cookie and hash in clear nowhere", async () => {
    const resources = await build();
    assert.deepEqual(inClear(resources, "generated-secret-of-"), []);
    assert.deepEqual(inClear(resources, "password_hash"), []);
  });
});
