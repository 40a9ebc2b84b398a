import assert from "node:assert/strict";
import { ConstantBackoff } from "cockatiel";
import { noLongerThan, withRetries, type RetryRules } from "../../../../runtime/src/database/retry.ts";

class Passing extends Error {}

/** Fails as often as told, by a clock that goes on by a second at each look. */
function setUp(failures: number, retrySeconds: number) {
  let [attempts, time] = [0, 0];
  const told: string[] = [];
  const rules: RetryRules = {
    reasonOf: (error) => (error instanceof Passing ? "connection" : undefined),
    context: { limits: { retrySeconds }, telemetry: { retry: (reason) => told.push(reason) }, now: () => time++ },
  };
  const attempt = (): Promise<number> => {
    attempts += 1;
    return attempts <= failures ? Promise.reject(new Passing(`failure ${attempts}`)) : Promise.resolve(attempts);
  };
  return { rules, attempt, told, count: () => attempts };
}

describe("further attempts", () => {
  it("follow a failure that may pass, and each is told", async () => {
    const { rules, attempt, told } = setUp(2, 30);
    assert.equal(await withRetries(attempt, rules), 3);
    assert.deepEqual(told, ["connection", "connection"]);
  });

  it("end with the time, by the last failure", async () => {
    const { rules, attempt, count } = setUp(100, 2);
    await assert.rejects(withRetries(attempt, rules), Passing);
    assert.ok(count() >= 2 && count() <= 4, String(count()));
  });

  it("wait no longer than there is time, and as long as they would before", () => {
    let left = 10;
    const pauses = noLongerThan(new ConstantBackoff(300), () => left);
    const lengths = [10, 0.2, -1].map((seconds) => {
      left = seconds;
      return pauses.next(undefined).next(undefined).duration;
    });
    assert.deepEqual(lengths, [300, 200, 0]);
  });

  it("are not made where no time is given", async () => {
    const { rules, attempt, count, told } = setUp(1, 0);
    await assert.rejects(withRetries(attempt, rules), /failure 1/);
    assert.deepEqual([count(), told], [1, []]);
  });

  it("are not made after a failure that is final", async () => {
    const { rules, told } = setUp(0, 30);
    const failure = new Error("final");
    await assert.rejects(
      withRetries(() => Promise.reject(failure), rules),
      failure,
    );
    assert.deepEqual(told, []);
  });

  it("end at once when aborted in a pause", async () => {
    const { rules, attempt } = setUp(100, 1000);
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = withRetries(attempt, { ...rules, signal: controller.signal });
    setImmediate(() => {
      controller.abort(reason);
    });
    await assert.rejects(running, reason);
  });
});
