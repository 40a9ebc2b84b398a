import assert from "node:assert/strict";
import { KubeConfig, V1LeaseSpec } from "@kubernetes/client-node";
import { givenUp, heldBy } from "../../../../autoscaler/src/adapters/kubernetes/leadership/lease.ts";
import { LeaseElector } from "../../../../autoscaler/src/adapters/kubernetes/leadership/leaseElector.ts";
import type { LeaseElectorOptions } from "../../../../autoscaler/src/adapters/kubernetes/leadership/leaseElector.ts";
import { LeaseTerm } from "../../../../autoscaler/src/adapters/kubernetes/leadership/leaseTerm.ts";
import { ObservedLease } from "../../../../autoscaler/src/adapters/kubernetes/leadership/observedLease.ts";
import { ManualClock } from "../../control/manualClock.ts";

const spec = (differences: Partial<V1LeaseSpec>): V1LeaseSpec => Object.assign(new V1LeaseSpec(), differences);

describe("LeaseTerm", () => {
  const cases: [name: string, wallSeconds: number, monotonicSeconds: number, valid: boolean][] = [
    ["just won", 0, 0, true],
    ["shortly before the renew deadline", 4.9, 4.9, true],
    ["at the renew deadline", 5, 5, false],
    ["the process was stopped", 20, 20, false],
    ["the machine slept, so that only the wall clock went on", 20, 0.1, false],
    ["the wall clock jumped forward", 3600, 0.1, false],
    ["the wall clock was set back, in time", -3600, 4.9, true],
    ["the wall clock was set back, too late", -3600, 5, false],
  ];
  for (const [name, wall, monotonic, valid] of cases) {
    it(`${name}: ${valid ? "valid" : "over"}`, () => {
      let now = { wall: 1000, monotonic: 50 };
      const term = new LeaseTerm({ now: () => now, renewDeadlineSeconds: 5, wonAt: now });
      now = { wall: 1000 + wall, monotonic: 50 + monotonic };
      assert.equal(term.isValid(), valid);
      assert.equal(term.lost.aborted, !valid);
    });
  }

  it("counts from the begin of the last renewal", () => {
    const clock = new ManualClock();
    const now = () => ({ wall: clock.now(), monotonic: clock.time });
    const term = new LeaseTerm({ now, renewDeadlineSeconds: 5, wonAt: now() });
    clock.time += 4;
    const renewalBegan = now();
    clock.time += 0.5;
    term.renewed(renewalBegan);
    clock.time += 4.4;
    assert.equal(term.isValid(), true);
    clock.time += 0.2;
    assert.equal(term.isValid(), false);
  });

  it("is not revived by a renewal that comes too late, nor by a clock that goes back", () => {
    const clock = new ManualClock();
    const now = () => ({ wall: clock.now(), monotonic: 0 });
    const term = new LeaseTerm({ now, renewDeadlineSeconds: 5, wonAt: now() });
    clock.offset = 6;
    term.renewed(now());
    assert.equal(term.isValid(), false);
    clock.offset = 0;
    assert.equal(term.isValid(), false);
    assert.match(String(term.lost.reason), /not renewed for 5 s/);
  });
});

describe("ObservedLease", () => {
  const other = spec({ holderIdentity: "other", leaseDurationSeconds: 8 });
  const renewed = spec({ holderIdentity: "other", leaseDurationSeconds: 8, leaseTransitions: 1 });
  type Seen = [at: number, spec: V1LeaseSpec | undefined];
  const cases: [name: string, seen: Seen[], now: number, free: boolean][] = [
    ["nothing seen yet", [], 100, false],
    ["held by another", [[0, other]], 7.9, false],
    ["not renewed for its duration", [[0, other], [7, other]], 8, true], // prettier-ignore
    ["renewed meanwhile", [[0, other], [7, renewed]], 14.9, false], // prettier-ignore
    ["seen for the first time, however old its times are", [[100, other]], 100, false],
    ["held by this process", [[0, spec({ holderIdentity: "me", leaseDurationSeconds: 8 })]], 0, true],
    ["given up", [[0, spec({ holderIdentity: "", leaseDurationSeconds: 1 })]], 0, true],
    ["without a holder", [[0, spec({})]], 0, true],
    ["deleted while its holder may still act", [[0, other], [1, undefined]], 7.9, false], // prettier-ignore
    ["deleted, and its holder's time is over", [[0, other], [1, undefined]], 8, true], // prettier-ignore
    ["never seen, missing only since now", [[0, undefined]], 1.9, false],
    ["never seen, missing for two retries", [[0, undefined], [1, undefined]], 2, true], // prettier-ignore
  ];
  for (const [name, seen, now, free] of cases) {
    it(`${name}: ${free ? "free" : "not free"}`, () => {
      const lease = new ObservedLease(2);
      for (const [at, one] of seen) lease.observe(one, at);
      assert.equal(lease.isFreeFor("me", now), free);
    });
  }
});

describe("the record of a lease", () => {
  const acquireTime = "2026-11-24T10:00:00.000000Z" as unknown as NonNullable<V1LeaseSpec["acquireTime"]>;
  const holding = { identity: "me", leaseDurationSeconds: 8, now: 1_800_000_000 };
  const cases: [name: string, before: V1LeaseSpec | undefined, transitions: number, keepsAcquireTime: boolean][] = [
    ["a first lease", undefined, 0, false],
    ["a renewal", spec({ holderIdentity: "me", acquireTime, leaseTransitions: 3 }), 3, true],
    ["taken from another", spec({ holderIdentity: "other", acquireTime, leaseTransitions: 3 }), 4, false],
    ["taken after it was given up", spec({ holderIdentity: "", acquireTime, leaseTransitions: 3 }), 4, false],
  ];
  for (const [name, before, transitions, keeps] of cases) {
    it(`${name}: ${transitions} transitions, acquireTime ${keeps ? "kept" : "new"}`, () => {
      const record = heldBy(holding, before);
      assert.equal(record.holderIdentity, "me");
      assert.equal(record.leaseDurationSeconds, 8);
      assert.equal(record.leaseTransitions, transitions);
      assert.equal(record.renewTime?.toISOString(), "2027-01-15T08:00:00.000000Z");
      assert.equal(record.acquireTime, keeps ? acquireTime : record.renewTime);
    });
  }

  it("given up: nobody holds it, for a second, and the count stays", () => {
    const record = givenUp(spec({ holderIdentity: "me", leaseDurationSeconds: 8, leaseTransitions: 3 }), 1_800_000_000);
    assert.deepEqual([record.holderIdentity, record.leaseDurationSeconds, record.leaseTransitions], ["", 1, 3]);
  });
});

describe("LeaseElector's times", () => {
  const cases: [Partial<LeaseElectorOptions>, RegExp][] = [
    [{ leaseDurationSeconds: 7.5 }, /leaseDurationSeconds 7.5 is not whole/],
    [{ leaseDurationSeconds: 5 }, /leaseDurationSeconds 5 is not above renewDeadlineSeconds 5/],
    [{ renewDeadlineSeconds: 1.2 }, /renewDeadlineSeconds 1.2 is not above 1.2 times retrySeconds 1/],
    [{ retrySeconds: 0 }, /retrySeconds 0 is not above 0/],
  ];
  for (const [times, message] of cases) {
    it(`${JSON.stringify(times)} is refused`, () => {
      const kubeConfig = new KubeConfig();
      const options = { kubeConfig, clock: new ManualClock(), namespace: "n", name: "l", identity: "me", ...times };
      assert.throws(() => new LeaseElector(options), message);
    });
  }
});
