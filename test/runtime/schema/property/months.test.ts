import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addMonths,
  compareMonths,
  endOf,
  monthOf,
  monthsFrom,
  parseSuffix,
  startOf,
  suffixOf,
  type Month,
} from "../../../../runtime/src/schema/months.ts";

const months: fc.Arbitrary<Month> = fc
  .tuple(fc.integer({ min: 1900, max: 2949 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => ({ year, month }));
const instants = fc.date({ min: new Date("1900-01-01"), max: new Date("2999-12-31"), noInvalidDate: true });

describe("months", () => {
  it("follow each other without a gap or an overlap", () => {
    fc.assert(
      fc.property(months, fc.integer({ min: 2, max: 60 }), (first, count) => {
        const row = monthsFrom(first, count);
        row.slice(1).forEach((month, index) => {
          assert.equal(startOf(month), endOf(row[index]!));
        });
      }),
    );
  });

  it("hold exactly the instants from their start to before their end", () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const month = monthOf(instant);
        assert.ok(Date.parse(startOf(month)) <= instant.getTime());
        assert.ok(instant.getTime() < Date.parse(endOf(month)));
      }),
    );
  });

  it("are as long as months are", () => {
    fc.assert(
      fc.property(months, (month) => {
        const days = (Date.parse(endOf(month)) - Date.parse(startOf(month))) / 86_400_000;
        assert.ok(days >= 28 && days <= 31 && Number.isInteger(days));
      }),
    );
  });

  it("are the same after steps there and back, in the order of their suffixes", () => {
    fc.assert(
      fc.property(months, fc.integer({ min: -600, max: 600 }), (month, count) => {
        const other = addMonths(month, count);
        assert.deepEqual(addMonths(other, -count), month);
        assert.equal(compareMonths(other, month), count);
        assert.equal(suffixOf(month) < suffixOf(other), count > 0);
      }),
    );
  });

  it("are read back from the names of their partitions", () => {
    fc.assert(
      fc.property(months, (month) => {
        assert.deepEqual(parseSuffix(suffixOf(month)), month);
      }),
    );
  });
});
