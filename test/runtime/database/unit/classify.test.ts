import assert from "node:assert/strict";
import { loadModule } from "libpg-query";
import { analyse } from "../../../../runtime/src/database/classify/analyse.ts";
import { Functions } from "../../../../runtime/src/database/classify/functions.ts";
import { Statements } from "../../../../runtime/src/database/classify/statements.ts";
import { statements as cases } from "../support/statements.ts";

const catalog = ["now", "count", "sum", "max", "abs", "bernoulli", "generate_series", "peek", "random", "lower"];

describe("the classifier of statements", () => {
  const functions = new Functions();
  const statements = new Statements(functions);

  before(async () => {
    await statements.load();
    await loadModule();
    functions.learn([...catalog, "clock_timestamp", "gen_random_uuid", "says_stable", "pg_current_xact_id"]);
  });

  for (const { name, sql, lands } of cases)
    it(`${lands === "primary" ? "keeps" : "lets go"}: ${name}`, () => {
      assert.equal(statements.readable(sql), lands !== "primary");
    });

  const texts = [
    { name: "a text that is no SQL", sql: "selec 1", readable: false },
    { name: "no text", sql: "", readable: false },
    { name: "a comment alone", sql: "-- nothing", readable: false },
    { name: "a text too long to be parsed", sql: `select ${"1,".repeat(5000)}1`, readable: false },
    { name: "a chain of a thousand operators", sql: `select ${"1+".repeat(1000)}1`, readable: true },
    { name: "a thousand parentheses", sql: `select ${"(".repeat(1000)}1${")".repeat(1000)}`, readable: true },
    { name: "a function that nobody knows", sql: "select unheard(1)", readable: false },
    { name: "explain analyze of a select", sql: "explain analyze select 1", readable: false },
    { name: "a cursor", sql: "declare c cursor for select 1", readable: false },
    { name: "execute", sql: "execute p", readable: false },
    { name: "a capital name without quotes", sql: "select LOWER('A')", readable: true },
    { name: "a capital name with quotes", sql: `select "LOWER"('A')`, readable: false },
  ];
  for (const { name, sql, readable } of texts)
    it(`${readable ? "lets go" : "keeps"}: ${name}`, () => {
      assert.equal(statements.readable(sql), readable);
    });

  it("keeps what a replica has refused, until it is forgotten", () => {
    const text = "select now() /* refused */";
    assert.equal(statements.readable(text), true);
    statements.refuse(text);
    assert.deepEqual([statements.readable(text), statements.refused(text)], [false, true]);
    // Longer than what is remembered at all.
    const long = `select '${"x".repeat(9000)}'`;
    statements.refuse(long);
    assert.equal(statements.refused(long), false);
  });

  it("learns a function that was made later", () => {
    const later = new Functions();
    const fresh = new Statements(later);
    assert.equal(later.wantsAnswer, true);
    later.learn(["now"]);
    assert.equal(later.wantsAnswer, false);
    // Without its parser it knows nothing and says so.
    assert.equal(fresh.readable("select now()"), false);
    return fresh.load().then(() => {
      assert.equal(fresh.readable("select made()"), false);
      assert.equal(later.wantsAnswer, true);
      later.learn(["now", "made"]);
      assert.equal(fresh.readable("select made()"), true);
      later.learn(["now"]);
      assert.equal(fresh.readable("select made()"), false);
    });
  });

  const ends = [
    { sql: "commit", ends: true },
    { sql: "select 1; ROLLBACK", ends: true },
    { sql: "begin", ends: true },
    { sql: "savepoint a", ends: false },
    { sql: "rollback to a", ends: false },
    { sql: "release a", ends: false },
    { sql: "select 'commit'", ends: false },
  ];
  for (const { sql, ends: expected } of ends)
    it(`${expected ? "sees" : "sees no"} end of a transaction in: ${sql}`, () => {
      assert.equal(statements.endsTransaction(sql), expected);
    });

  it("names each function once, without its schema", () => {
    const { functions: names } = analyse(`select lower(a), pg_catalog.lower(b), "Odd"(c) from t`);
    assert.deepEqual([...names].toSorted(), ["Odd", "lower"]);
  });
});
