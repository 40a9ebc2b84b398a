import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { ConfigError } from "../../../../autoscaler/src/config/problems.ts";
import { parseConfig } from "../../../../autoscaler/src/config/parse.ts";
import { defaults } from "../../../../autoscaler/src/config/defaults.ts";
import type { DrainRule } from "../../../../autoscaler/src/core/model.ts";
import { toTargetSpec } from "../../../../autoscaler/src/config/targetSpec.ts";

const fixtures = new URL("../../../fixtures/config/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, fixtures), "utf8");
const invalid = readdirSync(new URL("invalid/", fixtures)).filter((name) => name.endsWith(".yaml"));

describe("an invalid configuration", () => {
  it("has at least 25 fixtures", () => {
    assert.ok(invalid.length >= 25, `${invalid.length}`);
  });

  for (const name of invalid) {
    it(`is refused with all its problems: ${name.replace(".yaml", "")}`, () => {
      const expected = read(`invalid/${name.replace(".yaml", ".problems.txt")}`)
        .trim()
        .split("\n");
      assert.deepEqual(problemsOf(read(`invalid/${name}`)), expected);
    });
  }

  it("never repeats credentials", () => {
    for (const name of ["credentials-in-url", "credentials-with-slash"]) {
      const told = problemsOf(read(`invalid/${name}.yaml`)).join("\n");
      assert.doesNotMatch(told, /hunt|er@2|admin/);
    }
  });
});

describe("a valid configuration", () => {
  it("gets every default", () => {
    const target = parseConfig(read("valid.yaml"), "valid.yaml").targets[0]!;
    assert.equal(target.periodSeconds, defaults.periodSeconds);
    const spec = toTargetSpec(target);
    assert.deepEqual(spec.behavior, defaults.behavior);
    assert.deepEqual(spec.rules[0], {
      kind: "perReplica",
      name: "backlog",
      metric: "queueDepth",
      target: 200,
      tolerance: { up: 0.1, down: 0.1 },
    });
  });

  it("gets every default of a drain rule", () => {
    const text = read("valid.yaml").replace(/perReplica: .*/u, "drain: { metric: queueDepth, maxWaitSeconds: 30 }");
    const { metric: _, ...rule } = toTargetSpec(parseConfig(text, "valid.yaml").targets[0]!).rules[0] as DrainRule;
    assert.deepEqual(rule, { kind: "drain", name: "backlog", maxWaitSeconds: 30, ...defaults.drain });
  });

  it("may say how many may be late, and that busy replicas may go", () => {
    const keys = "metric: queueDepth, maxWaitSeconds: 30, lateShare: 0.05, scaleInWhileBusy: true";
    const text = read("valid.yaml").replace(/perReplica: .*/u, `drain: { ${keys} }`);
    const rule = toTargetSpec(parseConfig(text, "valid.yaml").targets[0]!).rules[0] as DrainRule;
    assert.deepEqual([rule.lateShare, rule.scaleInWhileBusy], [0.05, true]);
  });

  const refused = [
    { name: "a share above a half", key: "lateShare: 0.6" },
    { name: "a share below none", key: "lateShare: -0.1" },
    { name: "a word for yes", key: 'scaleInWhileBusy: "yes"' },
    { name: "what only a simulation may leave out", key: "without: [margin]" },
  ];
  for (const { name, key } of refused) {
    it(`is none with ${name} in a drain rule`, () => {
      const drain = `drain: { metric: queueDepth, maxWaitSeconds: 30, ${key} }`;
      const problems = problemsOf(read("valid.yaml").replace(/perReplica: .*/u, drain));
      assert.match(problems.join("\n"), new RegExp(key.split(":")[0] ?? ""));
    });
  }

  it("keeps the rest of a direction whose behavior is given in part", () => {
    const text = `${read("valid.yaml")}    behavior: { scaleDown: { stabilizationWindowSeconds: 60, tolerance: 0.2 } }\n`;
    const spec = toTargetSpec(parseConfig(text, "text").targets[0]!);
    assert.deepEqual(spec.behavior.scaleDown, { ...defaults.behavior.scaleDown, stabilizationWindowSeconds: 60 });
    assert.deepEqual((spec.rules[0] as { tolerance: unknown }).tolerance, { up: 0.1, down: 0.2 });
  });

  it("takes the standard marks for the metrics that the target has", () => {
    const text = read("valid.yaml").replace("perReplica: { metric: queueDepth, target: 200 }", "threshold: {}");
    const rule = toTargetSpec(parseConfig(text, "text").targets[0]!).rules[0];
    assert.ok(rule?.kind === "threshold");
    assert.deepEqual(rule.scaleUp.anyAbove, { cpu: 80, queueDepth: 10_000 });
    assert.deepEqual(rule.scaleDown, { allBelow: { cpu: 30 }, forSeconds: 300, step: { percent: 50 } });
  });

  it("is the example in the repository", () => {
    const example = new URL("../../../../autoscaler/config.example.yaml", import.meta.url);
    const config = parseConfig(readFileSync(example, "utf8"), "config.example.yaml");
    assert.deepEqual(
      config.targets[0]?.rules.map(({ name }) => name),
      ["marks", "backlog", "wait"],
    );
  });
});

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, "fixture");
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return assert.fail("the configuration was accepted");
}
