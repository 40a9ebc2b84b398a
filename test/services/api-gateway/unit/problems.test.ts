import assert from "node:assert/strict";
import { notFound, problemOf } from "../../../../services/api-gateway/src/http/problems.ts";
import { decodeCursor, encodeCursor } from "../../../../services/api-gateway/src/workflows/workflow.ts";

const named = (name: string, more: object = {}): Error => Object.assign(new Error("hunter2"), { name, ...more });

describe("problemOf", () => {
  const cases = [
    { what: "no connection to the database", error: named("NoConnectionError"), status: 503 },
    { what: "a write whose outcome is unknown", error: named("OutcomeUnknownError"), status: 503 },
    { what: "a queue that did not take it", error: named("PublishError"), status: 503 },
    { what: "the deadline", error: new DOMException("hunter2", "TimeoutError"), status: 503 },
    { what: "a server that shuts down", error: named("error", { code: "57P01" }), status: 503 },
    { what: "a refused socket", error: named("Error", { code: "ECONNREFUSED" }), status: 503 },
    { what: "a cause that passes", error: new Error("wrapped", { cause: named("NoConnectionError") }), status: 503 },
    { what: "a value that the database refuses", error: named("error", { code: "22P05" }), status: 400 },
    { what: "what Express refuses", error: named("URIError", { status: 400 }), status: 400 },
    { what: "a mistake in a statement", error: named("error", { code: "42601" }), status: 500 },
    { what: "something thrown that is no error", error: "hunter2", status: 500 },
    { what: "what is not there", error: notFound("workflow"), status: 404 },
  ];
  for (const { what, error, status } of cases)
    it(`answers ${status} for ${what}, without its text`, () => {
      const problem = problemOf(error);
      assert.equal(problem.status, status);
      assert.ok(!JSON.stringify(problem).includes("hunter2"));
    });
});

describe("the cursor of a page", () => {
  const cursor = { createdAt: "2026-01-31T12:00:00.123456Z", id: "00bf5d87-db27-4715-abe8-29d5c0c0fe31" };
  it("comes back as it was", () => {
    assert.deepEqual(decodeCursor(encodeCursor(cursor)), cursor);
  });
  for (const { what, text } of [
    { what: "no cursor", text: "zz" },
    { what: "a month that is none", text: encodeCursor({ ...cursor, createdAt: "2026-13-31T12:00:00.123456Z" }) },
    { what: "a day that is none", text: encodeCursor({ ...cursor, createdAt: "2024-02-30T00:00:00.000000Z" }) },
    { what: "a year that is none", text: encodeCursor({ ...cursor, createdAt: "0000-01-01T00:00:00.000000Z" }) },
    { what: "an id that is none", text: encodeCursor({ ...cursor, id: "x" }) },
  ])
    it(`is refused when it is ${what}`, () => {
      assert.equal(decodeCursor(text), undefined);
    });
});
