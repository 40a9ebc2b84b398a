import assert from "node:assert/strict";
import { ConfigError } from "../../../../autoscaler/src/config/problems.ts";
import { parseConfig } from "../../../../infra/config/parseConfig.ts";
import { readStackFile } from "../../../../infra/config/stackFile.ts";
import { refusals } from "./refusals.ts";

/** A stack's configuration with some values changed; `undefined` takes a key away, a dotted key goes into an object. */
function changed(stack: string, changes: Readonly<Record<string, unknown>>): Record<string, string> {
  const raw: Record<string, unknown> = readStackFile(stack);
  for (const [path, value] of Object.entries(changes)) {
    const [key = "", inner] = path.split(".");
    if (inner === undefined) raw[key] = value;
    else raw[key] = JSON.stringify({ ...(JSON.parse(String(raw[key])) as object), [inner]: value });
  }
  const texts = Object.entries(raw).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    texts.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

describe("a stack's configuration", () => {
  for (const stack of ["dev", "prod", "local"]) {
    it(`of ${stack} is accepted`, () => {
      const config = parseConfig(readStackFile(stack), stack);
      assert.equal(config.environment, stack);
    });
  }

  it("has the same keys in dev and prod, also within its objects", () => {
    const keys = (stack: string): string[] =>
      Object.entries(readStackFile(stack)).flatMap(([key, text]) => {
        const value: unknown = /^[[{]/.test(text) ? JSON.parse(text) : text;
        return [
          key,
          ...(typeof value === "object" && value ? Object.keys(value).map((inner) => `${key}.${inner}`) : []),
        ];
      });
    assert.deepEqual(keys("dev").toSorted(), keys("prod").toSorted());
  });

  it("has on one machine the members that it names, and the size's where it names none", () => {
    const of = (changes: Readonly<Record<string, unknown>>): number[] => {
      const { redis, rabbitmq, postgres } = parseConfig(changed("local", changes), "local").sizing;
      return [redis.nodes, rabbitmq.nodes, postgres.replicas];
    };
    assert.deepEqual(of({}), [6, 3, 1]);
    assert.deepEqual(of({ "local.members": { redis: 3 } }), [3, 1, 1]);
    assert.deepEqual(of({ "local.members": undefined }), [1, 1, 1]);
  });

  it("keeps production's pace and load where one machine names none", () => {
    const local = { divisor: 10, storageClass: "standard" };
    const config = parseConfig(changed("local", { local }), "local");
    assert.ok(config.environment === "local");
    const { pace, requestsPerSecondPerGateway, clientCidrs } = config.local;
    assert.deepEqual([pace, requestsPerSecondPerGateway, clientCidrs], [1, 1000, []]);
  });

  it("takes an empty value for a key left out, as the project's defaults are", () => {
    const config = parseConfig({ ...readStackFile("local"), region: "", network: "{}" }, "local");
    assert.ok(!("region" in config));
  });
});

describe("a bad configuration is refused with all its problems:", () => {
  for (const { name, stack = "prod", changes, problems } of refusals) {
    it(name, () => {
      assert.throws(
        () => parseConfig(changed(stack, changes), `Pulumi.${stack}.yaml`),
        (error: unknown) => {
          assert.ok(error instanceof ConfigError);
          assert.deepEqual(
            error.problems.map(({ path, message }) => `${path}: ${message}`),
            problems,
          );
          return true;
        },
      );
    });
  }

  it("at least twenty of them", () => {
    assert.ok(refusals.length >= 20);
  });
});
