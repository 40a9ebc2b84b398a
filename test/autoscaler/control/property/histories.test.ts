import assert from "node:assert/strict";
import fc from "fast-check";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { State } from "../../../../autoscaler/src/core/state.ts";
import type { TickRecord } from "../../../../autoscaler/src/ports/telemetry.ts";
import { World, histories, holdSeconds, spec, windowSeconds, type Failure, type Step } from "../world.ts";

const numRuns = 2000;

interface Moment {
  readonly step: Step;
  readonly world: World;
  /** Just before the tick, after what the step did. */
  readonly before: number;
  readonly after: number;
  /** What the process took for its own counts before the tick; none: it had no state. */
  readonly owned: readonly number[];
  /** Seconds that passed, whatever the clock says. */
  readonly time: number;
}

/** Runs histories and checks each moment of them. */
function eachMoment(options: { foreign: boolean }, begin: () => (moment: Moment) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(histories(options), async (steps) => {
      const world = new World();
      const check = begin();
      for (const step of steps) {
        const before = step.kind === "foreignWrite" ? step.replicas : world.target.replicas;
        const owned = world.owned();
        await world.take(step);
        check({ step, world, owned, before, after: world.target.replicas, time: world.clock.time });
      }
    }),
    { numRuns },
  );
}

const inBounds = (count: number): boolean => count >= spec.minReplicas && count <= spec.maxReplicas;
const asked = (backlog: number): number =>
  Math.min(spec.maxReplicas, Math.max(spec.minReplicas, Math.ceil(backlog / 100)));

const failed = (step: Step, ...failures: readonly Failure[]): boolean =>
  step.kind === "failure" && failures.includes(step.what);

/** Its tick sees nothing or may write nothing. */
const blind = (step: Step): boolean => failed(step, "scaleDown", "podsUnknown", "writeRefused");

describe("over whole histories with outages, restarts, other writers and a clock that is set", function () {
  this.timeout(300_000);

  it("the count is within its bounds after every tick that could write", () =>
    eachMoment({ foreign: true }, () => ({ step, after }) => {
      if (!blind(step) && step.kind !== "paused") assert.ok(inBounds(after), `${after}`);
    }));

  it("what is unknown lowers no count", () =>
    eachMoment({ foreign: true }, () => ({ step, before, after }) => {
      if (blind(step)) assert.equal(after, before);
      if (failed(step, "metricDown") && inBounds(before)) assert.ok(after >= before, `${before} → ${after}`);
    }));

  it("a pause is kept in its directions", () =>
    eachMoment({ foreign: true }, () => ({ step, before, after }) => {
      if (step.kind !== "paused") return;
      if (step.direction !== "down") assert.ok(after <= before);
      if (step.direction !== "up") assert.ok(after >= before);
    }));

  it("somebody else's write is left alone for its time, over restarts and lost answers too", () =>
    eachMoment({ foreign: true }, () => {
      let seenAt = -Infinity;
      return ({ step, owned, before, after, time }) => {
        const decides = !failed(step, "scaleDown", "podsUnknown");
        if (decides && owned.length > 0 && !owned.includes(before)) seenAt = time;
        if (time - seenAt < holdSeconds && inBounds(before)) assert.equal(after, before, step.kind);
      };
    }));

  it("nobody else's write is seen where there is none", () =>
    eachMoment({ foreign: false }, () => ({ world }) => {
      const held = world.telemetry.records.filter(({ decision }) =>
        decision.holds.some(({ reason }) => reason === "ForeignWrite"),
      );
      assert.deepEqual(held, []);
    }));

  it("nothing falls below what was asked within the scale-down window, over restarts and jumps of the clock too", () =>
    eachMoment({ foreign: false }, () => {
      const asks: { time: number; replicas: number }[] = [];
      return ({ step, before, after, time, world }) => {
        // A tick that read the backlog and told its decision.
        if (!failed(step, "metricDown", "scaleDown", "podsUnknown"))
          asks.push({ time, replicas: asked(world.backlog) });
        const within = asks.filter((one) => time - one.time < windowSeconds).map(({ replicas }) => replicas);
        if (after < before) assert.ok(after >= Math.max(...within), `${before} → ${after}: ${within.join(", ")}`);
      };
    }));

  it("the records alone replay to the same decisions", () =>
    fc.assert(
      fc.asyncProperty(histories({ foreign: true }), async (steps) => {
        const world = new World();
        for (const step of steps) await world.take(step);
        const { records, failures } = world.telemetry;
        assert.equal(records.length + failures.length, steps.length);
        assert.deepEqual(
          replayed(records),
          records.map(({ decision }) => decision),
        );
      }),
      { numRuns },
    ));
});

function replayed(records: readonly TickRecord[]): unknown[] {
  let state: State | null = null;
  return records.map((record) => {
    const { decision, nextState } = decide(spec, record.state === undefined ? state : record.state, record.snapshot);
    state = nextState;
    return decision;
  });
}
