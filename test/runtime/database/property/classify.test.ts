import assert from "node:assert/strict";
import fc from "fast-check";
import { Functions } from "../../../../runtime/src/database/classify/functions.ts";
import { Statements } from "../../../../runtime/src/database/classify/statements.ts";

const functions = new Functions();
const statements = new Statements(functions);

const literal = fc.constantFrom("1", "'insert into t'", "$1", "null", "a.v", "'for update'", "now()");
// Whatever stands around it only reads.
const wrappers: readonly ((inner: string) => string)[] = [
  (inner) => `select * from (${inner}) a`,
  (inner) => `with a as (${inner}) select * from a`,
  (inner) => `with a as materialized (${inner}), b as (select 1) select * from a, b`,
  (inner) => `select 1 where exists (${inner})`,
  (inner) => `select (${inner})`,
  (inner) => `select 1 union all (${inner})`,
  (inner) => `/* ; insert */ (${inner})`,
  (inner) => `select * from t a left join lateral (${inner}) b on true`,
  (inner) => `select case when 1 in (${inner}) then 1 end`,
  (inner) => `explain (${inner})`,
  (inner) => `select 1; ${inner}`,
  (inner) => `${inner}; select 1`,
];
const nest = (inner: string, path: readonly number[]): string =>
  path.reduce((text, index) => {
    // Only a plain select can be nested further.
    const wrap = wrappers[index % wrappers.length]!;
    return /^explain|;/.test(text.replace("/* ; insert */", "")) ? text : wrap(text);
  }, inner);
const path = fc.array(fc.nat({ max: wrappers.length - 1 }), { maxLength: 4 });

describe("the classifier of statements", function () {
  this.timeout(120_000);

  before(async () => {
    await statements.load();
    functions.learn(["now"]);
  });

  it("lets a select go however it is nested", () => {
    fc.assert(
      fc.property(literal, path, (value, wraps) => {
        const text = nest(`select ${value} from t a`, wraps);
        assert.equal(statements.readable(text), true, text);
      }),
    );
  });

  const writing = fc.constantFrom(
    "select 1 from t for update",
    "select 1 from t for no key share of t".replace("no key share", "key share"),
    "select mark(1)",
    "select s.mark(1) from t",
    `select "Mark"(1)`,
    "select 1 from mark(2)",
    "select 1 from t where v = pg_advisory_lock(1)",
    "select count(*) filter (where nextval('a') > 1) from t",
  );

  it("keeps whatever has a lock or an unknown function anywhere", () => {
    fc.assert(
      fc.property(writing, path, (inner, wraps) => {
        const text = nest(inner, wraps);
        assert.equal(statements.readable(text), false, text);
      }),
    );
  });

  it("never throws, and keeps what is no SQL", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const answer = statements.readable(text);
        // A text is let go only if it parses, and each that parses by chance is no more than an empty select.
        assert.ok(!answer || /select|table|values/i.test(text), text);
      }),
      { numRuns: 500 },
    );
  });

  it("answers the same from memory", () => {
    fc.assert(
      fc.property(fc.oneof(literal, writing), path, (inner, wraps) => {
        const text = nest(inner.startsWith("select") ? inner : `select ${inner}`, wraps);
        assert.equal(statements.readable(text), statements.readable(text));
      }),
    );
  });
});
