import assert from "node:assert/strict";
import { callersOf, catalogue, services, type ServiceName } from "../../../../infra/services/catalogue.ts";
import { trafficOf, type TrafficOptions } from "../../../../infra/services/traffic.ts";

const onAws: TrafficOptions = {
  connections: { databaseLocation: { cidrs: ["10.0.0.0/16"] } },
  clientCidrs: ["10.1.0.0/16"],
  aws: true,
};
const withoutAws: TrafficOptions = {
  connections: { databaseLocation: { workloads: ["postgres"] } },
  clientCidrs: ["198.18.0.0/16"],
  aws: false,
};

const traffic = (name: ServiceName, options = onAws): ReturnType<typeof trafficOf> =>
  trafficOf(name, catalogue[name], options);

describe("who speaks to whom", () => {
  const calls: { from: ServiceName; to: string; port: number }[] = [
    { from: "frontend", to: "api-gateway", port: 8080 },
    { from: "api-gateway", to: "workflow-service", port: 5678 },
    { from: "api-gateway", to: "pgbouncer", port: 6432 },
    { from: "ai-service", to: "redis", port: 6379 },
    { from: "n8n-worker", to: "integration-service", port: 8080 },
    { from: "workflow-worker", to: "rabbitmq", port: 5671 },
    { from: "workflow-worker", to: "pgbouncer", port: 6432 },
  ];
  for (const { from, to, port } of calls) {
    it(`lets ${from} call ${to} on ${port}`, () => {
      assert.ok(
        traffic(from).to?.some(({ workloads, ports }) => workloads?.includes(to) && ports.includes(port)),
        JSON.stringify(traffic(from).to),
      );
    });
  }

  for (const [callee, { serves }] of services) {
    it(`lets into ${callee} just those tiers that call it`, () => {
      const flows = (traffic(callee).from ?? []).filter(({ ports }) => serves !== undefined && ports.includes(serves));
      assert.deepEqual(
        flows.flatMap(({ workloads }) => workloads ?? []),
        callersOf(callee),
      );
    });
  }

  it("has no flow without a peer, which would be one with everybody", () => {
    for (const options of [onAws, withoutAws]) {
      for (const [name, spec] of services) {
        const { from = [], to = [] } = trafficOf(name, spec, options);
        for (const { workloads = [], namespaces = [], cidrs = [] } of [...from, ...to]) {
          assert.ok(workloads.length + namespaces.length + cidrs.length > 0, name);
        }
      }
    }
  });

  for (const { where, options, allowed } of [
    { where: "on AWS", options: onAws, allowed: ["api-gateway"] },
    { where: "elsewhere", options: withoutAws, allowed: [] },
  ]) {
    it(`lets [${allowed.join()}] to the agent that hands out credentials for AWS ${where}`, () => {
      const found = services.filter(([name]) =>
        traffic(name, options).to?.some(({ cidrs }) => cidrs?.includes("169.254.170.23/32")),
      );
      assert.deepEqual(
        found.map(([name]) => name),
        allowed,
      );
    });
  }

  for (const { who, options, cidr } of [
    { who: "the load balancer", options: onAws, cidr: "10.1.0.0/16" },
    { who: "the clients of one machine", options: withoutAws, cidr: "198.18.0.0/16" },
  ]) {
    it(`lets ${who} into what is public, at the port that serves, and nowhere else`, () => {
      const open = services.flatMap(([name]) =>
        (traffic(name, options).from ?? [])
          .filter(({ cidrs }) => cidrs?.includes(cidr))
          .map(({ ports }) => [name, ...ports]),
      );
      assert.deepEqual(open, [
        ["frontend", 8080],
        ["api-gateway", 8080],
        ["workflow-webhook", 5678],
      ]);
    });
  }

  it("lets nobody in where it is told of no clients", () => {
    const { from = [] } = traffic("api-gateway", { ...withoutAws, clientCidrs: [] });
    assert.ok(from.every(({ cidrs }) => cidrs === undefined));
  });

  it("lets n8n to the database where it is: at addresses on AWS, in pods elsewhere", () => {
    const database = (options: TrafficOptions): unknown =>
      traffic("n8n-worker", options).to?.find(({ ports }) => ports.includes(5432));
    assert.deepEqual(database(onAws), { cidrs: ["10.0.0.0/16"], ports: [5432] });
    assert.deepEqual(database(withoutAws), { workloads: ["postgres"], ports: [5432] });
  });

  it("lets the autoscaler read the metrics of its own targets, and the requests that the HPA goes by", () => {
    const read = services
      .filter(([name]) => traffic(name).from?.some(({ workloads }) => workloads?.includes("autoscaler")))
      .map(([name]) => name);
    assert.deepEqual(read, ["api-gateway", "n8n-worker", "workflow-worker"]);
  });
});
