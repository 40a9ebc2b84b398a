import assert from "node:assert/strict";
import { scheduledBounds, type Bounds, type Schedule } from "../../../../autoscaler/src/config/schedule.ts";

const at = (time: string): number => Date.parse(time) / 1000;

const office: Schedule = {
  name: "office",
  timeZone: "Europe/Berlin",
  start: "0 8 * * 1-5",
  end: "0 18 * * 1-5",
  minReplicas: 6,
};
const night: Schedule = { name: "night", timeZone: "UTC", start: "0 22 * * *", end: "0 4 * * *", maxReplicas: 10 };
const batch: Schedule = {
  name: "batch",
  timeZone: "UTC",
  start: "30 23 * * *",
  end: "0 1 * * *",
  minReplicas: 12,
  maxReplicas: 40,
};

const bounds = (schedules: readonly Schedule[]) => scheduledBounds({ minReplicas: 2, maxReplicas: 20, schedules });

describe("schedules", () => {
  const cases: { name: string; schedules: Schedule[]; time: string; expect: [number, number, string[]] }[] = [
    {
      name: "set nothing outside their windows",
      schedules: [office],
      time: "2026-01-05T06:59:59Z",
      expect: [2, 20, []],
    },
    {
      name: "begin at their first second, in their own time zone",
      schedules: [office],
      time: "2026-01-05T07:00:00Z",
      expect: [6, 20, ["office"]],
    },
    { name: "end at their last second", schedules: [office], time: "2026-01-05T17:00:00Z", expect: [2, 20, []] },
    {
      name: "begin an hour earlier by UTC in summer",
      schedules: [office],
      time: "2026-07-06T06:00:00Z",
      expect: [6, 20, ["office"]],
    },
    { name: "keep to their days", schedules: [office], time: "2026-01-04T12:00:00Z", expect: [2, 20, []] },
    { name: "reach over midnight", schedules: [night], time: "2026-01-05T02:00:00Z", expect: [2, 10, ["night"]] },
    {
      name: "are the most restrictive of several, and the maximum wins",
      schedules: [night, batch],
      time: "2026-01-05T00:00:00Z",
      expect: [10, 10, ["night", "batch"]],
    },
    { name: "may raise both bounds", schedules: [batch], time: "2026-01-05T00:00:00Z", expect: [12, 40, ["batch"]] },
  ];
  for (const { name, schedules, time, expect } of cases) {
    it(name, () => {
      const { minReplicas, maxReplicas, schedules: active } = bounds(schedules)(at(time));
      assert.deepEqual([minReplicas, maxReplicas, active], expect);
    });
  }

  it("are the same object until the next start or end, and right after a clock that jumps", () => {
    const boundsAt = bounds([office]);
    const before: Bounds = boundsAt(at("2026-01-05T05:00:00Z"));
    assert.equal(boundsAt(at("2026-01-05T06:59:59Z")), before);
    assert.equal(boundsAt(at("2026-01-05T12:00:00Z")).minReplicas, 6);
    assert.equal(boundsAt(at("2026-01-05T05:00:00Z")).minReplicas, 2);
  });

  it("end by the clock on the wall on the day on which it is set forward", () => {
    const boundsAt = bounds([{ ...office, start: "0 0 * * 0", end: "0 10 * * 0" }]);
    const hours = Array.from({ length: 24 }, (_, hour) => at("2026-03-28T23:00:00Z") + hour * 3600);
    // From 0 to 10 o'clock, of which the hour from 2 to 3 never comes.
    assert.equal(hours.filter((time) => boundsAt(time).minReplicas === 6).length, 9);
  });
});
