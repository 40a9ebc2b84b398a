import assert from "node:assert/strict";
import { sumOfSamples } from "../../../../autoscaler/src/adapters/podmetrics/sumOfSamples.ts";

describe("sum of one name's samples on a metrics page", () => {
  const cases: { name: string; page: string; sum: number | undefined }[] = [
    { name: "no labels", page: "hits_total 5", sum: 5 },
    { name: "label sets are summed", page: 'hits_total{a="1"} 5\nhits_total{a="2"} 6\n', sum: 11 },
    { name: "braces, commas and escaped quotes in a label", page: 'hits_total{a="x\\"} 9,{",b="\\\\"} 5', sum: 5 },
    { name: "a trailing comma, tabs and spaces", page: 'hits_total\t{a="1",}\t 5', sum: 5 },
    { name: "a timestamp", page: "hits_total 5 1700000000000", sum: 5 },
    { name: "an exemplar", page: 'hits_total{a="1"} 5 # {trace_id="x"} 1 1.5\n# EOF', sum: 5 },
    { name: "an exponent", page: "hits_total 1.5e+03", sum: 1500 },
    { name: "carriage returns", page: "hits_total 5\r\n", sum: 5 },
    { name: "names that only begin the same", page: "hits_total_created 9\nhits_totals 9\nhits_total 5", sum: 5 },
    { name: "declared, not counted yet", page: "# HELP hits_total h\n# TYPE hits_total counter\n", sum: 0 },
    { name: "declared as OpenMetrics does", page: "# TYPE hits counter\n", sum: 0 },
    { name: "unknown", page: "# HELP hits_total h\nother 5", sum: undefined },
    { name: "an empty page", page: "", sum: undefined },
  ];
  for (const { name, page, sum } of cases) {
    it(name, () => {
      assert.equal(sumOfSamples(page, "hits_total", "hits_total"), sum);
    });
  }

  for (const value of ["NaN", "+Inf", "-3", "five"]) {
    it(`refuses ${value}`, () => {
      assert.throws(() => sumOfSamples(`hits_total ${value}`, "hits_total", "hits_total"), {
        message: `hits_total is ${value}`,
      });
    });
  }
});
