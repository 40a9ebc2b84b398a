import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Environment } from "../../../../runtime/src/environment/index.ts";

/** What was read, and what check() says. */
function readFrom(variables: Record<string, string>, read: (environment: Environment) => unknown) {
  const environment = new Environment(variables);
  const value = read(environment);
  try {
    environment.check();
    return { value, problem: undefined };
  } catch (error) {
    return { value, problem: (error as Error).message };
  }
}

describe("Environment", () => {
  const good = [
    { name: "a text", variables: { A: "x" }, read: (e: Environment) => e.text("A"), value: "x" },
    { name: "a fallback", variables: {}, read: (e: Environment) => e.text("A", "y"), value: "y" },
    { name: "an absent optional one", variables: {}, read: (e: Environment) => e.optional("A"), value: undefined },
    {
      name: "an empty optional one",
      variables: { A: "" },
      read: (e: Environment) => e.optional("A"),
      value: undefined,
    },
    { name: "the lowest number", variables: { A: "1" }, read: (e: Environment) => e.whole("A", [1, 5]), value: 1 },
    { name: "the highest number", variables: { A: "5" }, read: (e: Environment) => e.whole("A", [1, 5]), value: 5 },
    { name: "a number's fallback", variables: {}, read: (e: Environment) => e.whole("A", [1, 5], 3), value: 3 },
    {
      name: "a word",
      variables: { A: "on" },
      read: (e: Environment) => e.oneOf("A", ["on", "off"], "off"),
      value: "on",
    },
    {
      name: "a word's fallback",
      variables: {},
      read: (e: Environment) => e.oneOf("A", ["on", "off"], "off"),
      value: "off",
    },
  ];
  for (const { name, variables, read, value } of good) {
    it(`reads ${name}`, () => {
      assert.deepEqual(readFrom(variables as Record<string, string>, read), { value, problem: undefined });
    });
  }

  const bad = [
    { name: "an absent text", variables: {}, read: (e: Environment) => e.text("A"), problem: "A is required" },
    {
      name: "an empty text",
      variables: { A: "" },
      read: (e: Environment) => e.text("A", "y"),
      problem: "A is required",
    },
    ...["0", "6", "2.5", "-1", "1e1", " 2", "", "9".repeat(16)].map((text) => ({
      name: `the number "${text}"`,
      variables: { A: text },
      read: (e: Environment) => e.whole("A", [1, 5], 3),
      problem: `A must be a whole number from 1 to 5, not "${text}"`,
    })),
    {
      name: "another word",
      variables: { A: "ON" },
      read: (e: Environment) => e.oneOf("A", ["on", "off"], "off"),
      problem: 'A must be one of on, off, not "ON"',
    },
    {
      name: "a file that is not there",
      variables: { A: "/nowhere/secret" },
      read: (e: Environment) => e.file("A"),
      problem: "A names the file /nowhere/secret, which cannot be read: ENOENT",
    },
    { name: "a file without a name", variables: {}, read: (e: Environment) => e.file("A"), problem: "A is required" },
  ];
  for (const { name, variables, read, problem } of bad) {
    it(`refuses ${name}`, () => {
      const found = readFrom(variables, read);
      assert.equal(found.problem, `bad environment:\n  ${problem}`);
    });
  }

  it("tells all problems at once", () => {
    const { problem } = readFrom({ B: "x" }, (environment) => {
      environment.text("A");
      environment.whole("B", [1, 5]);
      environment.problem("C and D exclude each other");
    });
    assert.deepEqual(problem?.split("\n  ").slice(1), [
      "A is required",
      'B must be a whole number from 1 to 5, not "x"',
      "C and D exclude each other",
    ]);
  });

  const contents = [
    { name: "as it is", content: "s3cret", value: "s3cret" },
    { name: "without a line feed at its end", content: "s3cret\n", value: "s3cret" },
    { name: "without a carriage return at its end", content: "s3cret\r\n", value: "s3cret" },
    { name: "with the spaces that belong to it", content: " s3 cret \n", value: " s3 cret " },
  ];
  for (const { name, content, value } of contents) {
    it(`reads a file ${name}`, () => {
      const folder = mkdtempSync(join(tmpdir(), "environment-"));
      try {
        writeFileSync(join(folder, "secret"), content);
        assert.deepEqual(
          readFrom({ A: join(folder, "secret") }, (environment) => environment.file("A")),
          { value, problem: undefined },
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
