import assert from "node:assert/strict";
import fc from "fast-check";
import {
  duesAhead,
  dueSeconds,
  meetsDeadlines,
  replicasShort,
  shortestServingSeconds,
  type Demand,
  type Supply,
} from "../../../../autoscaler/src/core/drain/deadlines.ts";
import { sizeFor } from "../../../../autoscaler/src/core/drain/size.ts";
import { arriving, serve, type Cohort } from "./fluidQueue.ts";

const numRuns = 2000;

interface World {
  readonly demand: Demand;
  readonly supply: Supply;
  readonly waiting: readonly Cohort[];
}

const world: fc.Arbitrary<World> = fc
  .record({
    maxWait: fc.integer({ min: 1, max: 120 }),
    delay: fc.nat(60),
    tenths: fc.integer({ min: 1, max: 40 }),
    steady: fc.nat(30),
    surge: fc.nat(3),
    ready: fc.nat(12),
    joins: fc.array(fc.nat(60), { maxLength: 5 }),
    aged: fc.array(fc.tuple(fc.nat(150), fc.integer({ min: 1, max: 200 })), { maxLength: 5 }),
  })
  .map(({ maxWait, delay, tenths, steady, surge, ready, joins, aged }) => {
    const waiting = aged
      .toSorted(([one], [other]) => other - one)
      .map(([age, messages]) => ({ publishedAt: -age, messages }));
    const demand = {
      backlog: backlogOf(waiting),
      arrivals: { steady, burst: steady * (1 + surge) },
      serviceRate: tenths / 10,
      readinessDelaySeconds: delay,
      dueSeconds: dueSeconds(maxWait, delay),
      delaysAhead: 5,
      shortestServingSeconds: shortestServingSeconds(maxWait, delay),
    };
    const readyIn = joins.map((join) => Math.min(join, delay)).sort((a, b) => a - b);
    return { demand, waiting, supply: { readyReplicas: ready, idleReplicas: 0, readyIn } };
  });

function backlogOf(waiting: readonly Cohort[]): Demand["backlog"] {
  const olderThan = (seconds: number): number =>
    waiting.reduce((sum, { publishedAt, messages }) => sum + (-publishedAt >= seconds ? messages : 0), 0);
  return { waiting: olderThan(0), olderThan };
}

function sized({ demand, supply }: World): number {
  const currentReplicas = supply.readyReplicas + supply.readyIn.length;
  const rule = { headroom: 0, lateShare: 0.01 };
  return sizeFor({ demand, supply, currentReplicas, overdueReplicas: 0, floors: [], rule }, { arrivals: [] }).replicas;
}

describe("the replicas that are short, for any demand", function () {
  this.timeout(120_000);

  it("serve every deadline that an order can still meet, by a plain account of the queue", () => {
    fc.assert(
      fc.property(world, ({ demand, supply, waiting }) => {
        const { readinessDelaySeconds: delay, dueSeconds: due, shortestServingSeconds: serving } = demand;
        // An idle replica keeps the message that it can begin at once, which a fluid does not.
        fc.pre(demand.serviceRate * serving >= 1);
        const short = Math.max(0, Math.ceil(replicasShort(demand, supply) - 1e-9));
        // What the next order comes too late for, and how long a burst is taken to last.
        const coming = Math.max(0, delay + 7 - due);
        const ahead = coming + delay + 7;
        const rateAt = (at: number): number => (at < coming ? demand.arrivals.burst : demand.arrivals.steady);
        const servers = [
          ...Array<number>(supply.readyReplicas).fill(0),
          ...supply.readyIn,
          ...Array<number>(short).fill(delay),
        ].map((from) => ({ from }));
        const cohorts = [...waiting, ...arriving(rateAt, ahead)];
        const began = serve(cohorts, servers, demand.serviceRate, ahead + due + serving + 120);
        // Deadlines are looked at in steps; between two of them, and in one step of the account, a message may be late.
        const grid = Math.max(due / 16, ahead / 8) + 0.5;
        for (const { publishedAt, at } of began) {
          const deadline = Math.max(publishedAt + due, delay + serving);
          assert.ok(at <= deadline + grid, `${publishedAt} began at ${at}, due at ${deadline}`);
        }
      }),
      { numRuns },
    );
  });

  it("are never more than there are messages to begin", () => {
    fc.assert(
      fc.property(world, ({ demand, supply }) => {
        const { readinessDelaySeconds: delay, dueSeconds: due, arrivals, backlog } = demand;
        const coming = Math.max(0, delay + 7 - due);
        const published = backlog.waiting + arrivals.burst * coming + arrivals.steady * (delay + 7);
        assert.ok(replicasShort(demand, supply) <= published + 1e-6);
      }),
      { numRuns },
    );
  });

  it("are not one more than a deadline needs", () => {
    fc.assert(
      fc.property(world, ({ demand, supply }) => {
        const short = Math.ceil(replicasShort(demand, supply) - 1e-9);
        fc.pre(short > 0);
        // One fewer, Ready as soon as an order can be, leaves something short.
        const delay = demand.readinessDelaySeconds;
        const readyIn = [...supply.readyIn, ...Array<number>(short - 1).fill(delay)];
        assert.ok(replicasShort(demand, { ...supply, readyIn }) > 0);
      }),
      { numRuns },
    );
  });

  it("leave nothing short once they are ordered", () => {
    fc.assert(
      fc.property(world, ({ demand, supply }) => {
        const short = Math.max(0, Math.ceil(replicasShort(demand, supply) - 1e-9));
        const delay = demand.readinessDelaySeconds;
        const readyIn = [...supply.readyIn, ...Array<number>(short).fill(delay)];
        assert.ok(replicasShort(demand, { ...supply, readyIn }) <= 1e-6);
      }),
      { numRuns },
    );
  });
});

describe("the size, for any demand", function () {
  this.timeout(120_000);
  const more: { name: string; of: (one: World, by: number) => World }[] = [
    {
      name: "does not fall when more wait",
      of: (one, by) => {
        const waiting = [...one.waiting, { publishedAt: 0, messages: by }];
        return { ...one, demand: { ...one.demand, backlog: backlogOf(waiting) } };
      },
    },
    {
      name: "does not fall when they have waited for longer",
      of: (one, by) => {
        const waiting = one.waiting.map((cohort) => ({ ...cohort, publishedAt: cohort.publishedAt - by }));
        return { ...one, demand: { ...one.demand, backlog: backlogOf(waiting) } };
      },
    },
    {
      name: "does not fall when more arrive",
      of: (one, by) => {
        const { steady, burst } = one.demand.arrivals;
        return { ...one, demand: { ...one.demand, arrivals: { steady: steady + by, burst: burst + by } } };
      },
    },
    {
      name: "does not fall when replicas are slower",
      of: (one, by) => ({ ...one, demand: { ...one.demand, serviceRate: one.demand.serviceRate / (1 + by) } }),
    },
    {
      name: "does not fall when what is starting takes longer",
      of: (one, by) => {
        const readyIn = one.supply.readyIn.map((join) => join + by);
        return { ...one, supply: { ...one.supply, readyIn } };
      },
    },
  ];
  for (const { name, of } of more) {
    it(name, () => {
      fc.assert(
        fc.property(world, fc.nat(60), (one, by) => {
          assert.ok(sized(of(one, by)) >= sized(one));
        }),
        { numRuns },
      );
    });
  }

  it("is a whole count, not below none", () => {
    fc.assert(
      fc.property(world, (one) => {
        const replicas = sized(one);
        assert.ok(Number.isSafeInteger(replicas) && replicas >= 0, `${replicas}`);
      }),
      { numRuns },
    );
  });
});

describe("meeting the deadlines, for any demand", () => {
  it("is never undone by one replica more", () => {
    fc.assert(
      fc.property(world, ({ demand, supply }) => {
        const { readyReplicas, readyIn } = supply;
        const dues = duesAhead(demand);
        const met = [...Array(readyReplicas + 1).keys()].map((ready) =>
          meetsDeadlines(demand, { readyReplicas: ready, idleReplicas: 0, readyIn: [] }, dues),
        );
        const starting = readyIn.map((_, index) =>
          meetsDeadlines(demand, { readyReplicas, idleReplicas: 0, readyIn: readyIn.slice(0, index + 1) }, dues),
        );
        const all = [...met, ...starting];
        const first = all.indexOf(true);
        assert.deepEqual(
          all,
          all.map((_, index) => first !== -1 && index >= first),
        );
      }),
      { numRuns },
    );
  });
});
