import assert from "node:assert/strict";
import fc from "fast-check";
import { demandOf, workersFor } from "../../../infra/capacity/demand.ts";
import { planFor, whyTooSmall } from "../../../infra/capacity/plan.ts";
import { sizes, sizing } from "../../../infra/sizing.ts";

describe("the demand of users", () => {
  it("is the strategy's figures per user, requests and executions at the peak", () => {
    const { storageGi, workflows, aiTokensPerMonth, requestsPerSecond, executionsPerSecond } = demandOf(1000);
    assert.equal(Math.round(storageGi * 1.073741824), 100);
    assert.equal(workflows, 10_000);
    assert.equal(aiTokensPerMonth, 100_000_000);
    // 500,000 requests a day and 1,000,000 executions in 30 days, ten times the mean.
    assert.equal(Math.round(requestsPerSecond * 10) / 10, 57.9);
    assert.equal(Math.round(executionsPerSecond * 100) / 100, 3.86);
  });

  const cases: { name: string; rate: number; workers: number }[] = [
    { name: "one worker for hardly any", rate: 0.001, workers: 1 },
    { name: "the load and its square root, ten at a time", rate: 8, workers: 2 },
    { name: "hardly more than the load where it is large", rate: 5000, workers: 1010 },
  ];
  for (const { name, rate, workers } of cases) {
    it(`takes ${name}`, () => {
      assert.equal(workersFor(rate), workers);
    });
  }
});

describe("the size for users", () => {
  const cases: { users: number; size: string }[] = [
    { users: 1, size: "small" },
    { users: 100, size: "small" },
    { users: 101, size: "medium" },
    { users: 1000, size: "medium" },
    { users: 1001, size: "large" },
    { users: 10_000, size: "large" },
    { users: 17_592, size: "large" },
  ];
  for (const { users, size } of cases) {
    it(`of ${users} users is ${size}`, () => {
      assert.equal(planFor(users).size, size);
      assert.deepEqual(planFor(users).exceeded, []);
    });
  }

  it("grows its stateless tiers beyond what the strategy planned", () => {
    const { growth, replicas } = planFor(15_000);
    assert.equal(growth, 1.5);
    assert.equal(replicas.apiGateway, 8);
  });

  it("names what runs out first, with the arithmetic", () => {
    const { exceeded } = planFor(20_000);
    assert.deepEqual(
      exceeded.map(({ name, reason }) => `${name}: ${reason}`),
      ["PostgreSQL storage: 2048 GiB x 0.8 / 100 MB a user = 17592 users"],
    );
  });

  it("that was chosen too small is refused with the arithmetic", () => {
    assert.equal(whyTooSmall(500, "small"), "small is planned for 100 users, found 500");
    assert.match(whyTooSmall(5000, "medium") ?? "", /PostgreSQL storage: 500 GiB x 0.8 \/ 100 MB a user = 4294 users$/);
    assert.equal(whyTooSmall(500, "large"), undefined);
  });

  it("never shrinks when users are added", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.nat(200_000), (users, more) => {
        const [one, other] = [planFor(users), planFor(users + more)];
        assert.ok(sizes.indexOf(one.size) <= sizes.indexOf(other.size));
        assert.ok(one.replicas.workflowWorker <= other.replicas.workflowWorker);
        assert.ok(other.exceeded.length >= one.exceeded.length || one.size !== other.size);
      }),
    );
  });
});

describe("the sizes", () => {
  it("carry the users that they are planned for", () => {
    for (const size of sizes) assert.equal(whyTooSmall(sizing[size].users, size), undefined);
  });
});
