import assert from "node:assert/strict";
import { endOf, monthOf, parseSuffix, startOf, suffixOf } from "../../../../runtime/src/schema/months.ts";

describe("the month of an instant", () => {
  const cases = [
    {
      name: "the last millisecond of a year",
      at: "2026-12-31T23:59:59.999Z",
      suffix: "2026_12",
      end: "2027-01-01T00:00:00Z",
    },
    {
      name: "the first instant of a year",
      at: "2027-01-01T00:00:00.000Z",
      suffix: "2027_01",
      end: "2027-02-01T00:00:00Z",
    },
    { name: "29 February", at: "2028-02-29T12:00:00Z", suffix: "2028_02", end: "2028-03-01T00:00:00Z" },
    { name: "28 February of no leap year", at: "2100-02-28T12:00:00Z", suffix: "2100_02", end: "2100-03-01T00:00:00Z" },
    {
      name: "a day that is another month elsewhere",
      at: "2026-12-01T05:00:00+10:00",
      suffix: "2026_11",
      end: "2026-12-01T00:00:00Z",
    },
  ];
  for (const { name, at, suffix, end } of cases) {
    it(`is known for ${name}`, () => {
      const month = monthOf(new Date(at));
      assert.equal(suffixOf(month), suffix);
      assert.equal(startOf(month), `${suffix.replace("_", "-")}-01T00:00:00Z`);
      assert.equal(endOf(month), end);
    });
  }
});

describe("the suffix of a partition", () => {
  for (const suffix of ["default", "2026_13", "2026_00", "2026_1", "26_01", "2026_11_old", ""]) {
    it(`is no month: ${JSON.stringify(suffix)}`, () => {
      assert.equal(parseSuffix(suffix), undefined);
    });
  }
});
