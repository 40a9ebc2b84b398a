import assert from "node:assert/strict";
import { readOptions, usage } from "../../../../local/demo/options.ts";

describe("readOptions", () => {
  it("has defaults for all, on real pods", () => {
    assert.deepEqual(readOptions([]), {
      pods: "real",
      options: { trace: "autothrottle-bursty", seconds: 100, jobs: 600, meanWorkSeconds: 4, seed: 1 },
    });
  });
  it("has others on fake pods, and the bounds that no stack says there", () => {
    assert.deepEqual(readOptions(["--fake-pods", "--max-replicas", "8"]), {
      pods: "fake",
      options: {
        ...{ trace: "azure-code", seconds: 120, jobs: 2400, meanWorkSeconds: 0.4, seed: 1 },
        ...{ maxWaitSeconds: 20, readinessDelaySeconds: 10, minReplicas: 2, maxReplicas: 8 },
      },
    });
  });
  it("lists every bad option with its bound and value", () => {
    const args = ["--jobs", "1.5", "--seconds", "x", "--trace", "y", "--min-replicas", "30"];
    assert.throws(() => readOptions(["--fake-pods", ...args]), {
      message: [
        '--trace must be one of azure-code, mooncake, wc98, nab, autothrottle-bursty, autothrottle-diurnal, not "y"',
        '--seconds must be a number from 5 to 3600, not "x"',
        '--jobs must be a whole number from 1 to 100000, not "1.5"',
        "--min-replicas must be at most --max-replicas (20), not 30",
      ].join("\n"),
    });
  });
  it("refuses for real pods what their stack says", () => {
    assert.throws(() => readOptions(["--max-wait", "5"]), {
      message: "--max-wait is for --fake-pods: on real pods the stack says it",
    });
  });
  it("refuses an unknown option", () => {
    assert.throws(() => readOptions(["--job", "5"]), /--job/);
  });
  it("explains both ways", () => {
    assert.equal(readOptions(["-h"]), "help");
    assert.match(usage, /--jobs N .*\(600\)[^]*--jobs N .*\(2400\)/);
  });
});
