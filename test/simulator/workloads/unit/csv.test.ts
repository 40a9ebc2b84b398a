import assert from "node:assert/strict";
import { parseCsvTrace } from "../../../../simulator/workloads/csv.ts";

const lines = (...all: string[]): string => `${all.join("\n")}\n`;
const job = (at: number, size?: number) => ({ at, count: 1, binSeconds: 0, ...(size !== undefined && { size }) });

describe("a trace of a user", () => {
  for (const { name, text, seconds, points } of [
    { name: "of jobs", text: lines("time", "10", "10.5", "12"), seconds: 3, points: [job(0), job(0.5), job(2)] },
    {
      name: "of jobs with their work",
      text: lines("time,service", "0,1.5", "1,0"),
      ...{ seconds: 2, points: [job(0, 1.5), job(1, 0)] },
    },
    {
      ...{ name: "of jobs out of order", text: lines("service,time", "1,7", "2,5") },
      ...{ seconds: 3, points: [job(0, 2), job(2, 1)] },
    },
    {
      name: "of bins, of which the last is as long as the one before",
      text: lines("time,count", "0,3", "60,0", "180,2.5"),
      seconds: 300,
      points: [
        { at: 0, count: 3, binSeconds: 60 },
        { at: 60, count: 0, binSeconds: 120 },
        { at: 180, count: 2.5, binSeconds: 120 },
      ],
    },
    {
      name: "with dates",
      text: lines("time", "2026-01-31 12:00:00", "2026-01-31T12:00:00.25Z", "2026-01-31T13:00:01+01:00"),
      ...{ seconds: 2, points: [job(0), job(0.25), job(1)] },
    },
    {
      name: "with a byte order mark, Windows line ends, blanks and empty lines",
      text: "\uFEFFtime , count\r\n0, 1\r\n\r\n5, 2\r\n",
      seconds: 10,
      points: [
        { at: 0, count: 1, binSeconds: 5 },
        { at: 5, count: 2, binSeconds: 5 },
      ],
    },
  ])
    it(`${name} is read`, () => {
      assert.deepEqual(parseCsvTrace(text, "mine.csv"), { name: "mine.csv", seconds, points });
    });
});

describe("a trace of a user that is no trace", () => {
  for (const { name, text, problems } of [
    { name: "nothing", text: "", problems: ["is empty; it needs a header and at least one line"] },
    { name: "a header alone", text: lines("time"), problems: ["has a header and no line below it"] },
    {
      ...{ name: "other columns", text: lines("when,count,count", "0,1,1") },
      problems: [
        'line 1: column must be one of time, service, count, not "when"',
        "line 1: column count is there twice",
        "line 1: column time is missing",
      ],
    },
    {
      ...{ name: "jobs and bins at once", text: lines("time,service,count", "0,1,1") },
      problems: ["line 1: service is of single jobs and count of bins; a trace has one of the two"],
    },
    {
      name: "wrong cells, each told with its line",
      text: lines("time,service", "0,1", "x,-1", "", "2", "0x10,", "1,Infinity"),
      problems: [
        'line 3: time must be seconds, or ISO 8601 in every line, not "x"',
        'line 3: service must be a number of at least 0, not "-1"',
        "line 5: must have 2 cells, not 1",
        'line 6: time must be seconds, or ISO 8601 in every line, not "0x10"',
        'line 6: service must be a number of at least 0, not ""',
        'line 7: service must be a number of at least 0, not "Infinity"',
      ],
    },
    {
      ...{
        name: "a day that is none, and seconds among dates",
        text: lines("time", "2026-02-28T00:00Z", "2026-02-31T00:00Z", "5"),
      },
      problems: [
        'line 3: time must be a date such as 2026-01-31T12:00:00Z, not "2026-02-31T00:00Z"',
        'line 4: time must be a date such as 2026-01-31T12:00:00Z, not "5"',
      ],
    },
    {
      ...{ name: "bins out of order", text: lines("time,count", "0,1", "60,1", "60,1", "30,1") },
      problems: [
        "line 4: time must be later than that of line 3: bins stand in the order of time",
        "line 5: time must be later than that of line 4: bins stand in the order of time",
      ],
    },
    {
      ...{ name: "one bin", text: lines("time,count", "0,1") },
      problems: ["needs at least two bins: how long a bin is, is the time to the next"],
    },
  ])
    it(`is told of ${name}`, () => {
      const head = `mine.csv: ${problems.length} problem${problems.length === 1 ? "" : "s"}`;
      assert.throws(() => parseCsvTrace(text, "mine.csv"), {
        name: "TraceError",
        message: [head, ...problems.map((problem) => `  ${problem}`)].join("\n"),
      });
    });

  it("is told with its first problems when there are many", () => {
    const text = lines("time", ...new Array<string>(50).fill("x"));
    assert.throws(() => parseCsvTrace(text, "mine.csv"), /50 problems\n(.*\n){20} {2}… and 30 more$/);
  });

  it("is told of a quote that is never closed", () => {
    assert.throws(
      () => parseCsvTrace('time\n"1\n', "mine.csv"),
      /^TraceError: mine.csv: 1 problem\n.*Quote Not Closed/,
    );
  });
});
