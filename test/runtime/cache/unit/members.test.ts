import assert from "node:assert/strict";
import { Epochs } from "../../../../runtime/src/cache/redis/epochs.ts";
import { parseMessage } from "../../../../runtime/src/cache/redis/message.ts";
import { singleMaster } from "../../../../runtime/src/cache/redis/topology.ts";
import { Trouble } from "../../../../runtime/src/cache/redis/trouble.ts";
import { FakeClock } from "../support/fakeStore.ts";

describe("a message between processes", () => {
  it("tells what another one dropped", () => {
    assert.deepEqual(parseMessage('{"from":"two","keys":["a"]}', "one"), { keys: ["a"], tags: [] });
    assert.equal(parseMessage('{"from":"one","keys":["a"]}', "one"), "own");
  });

  for (const text of [
    "",
    "hello",
    "null",
    "1",
    "{}",
    '{"from":1}',
    '{"from":"two","keys":5}',
    '{"from":"two","tags":[1]}',
  ])
    it(`is unreadable as ${JSON.stringify(text)}`, () => {
      assert.equal(parseMessage(text, "one"), "unreadable");
    });
});

describe("the epochs of a cluster", () => {
  const told = (epoch: number, ok = true) => ({ ...singleMaster({ host: "redis", port: 1 }), epoch, ok });

  for (const { what, rounds, taken } of [
    {
      what: "the same for ten seconds",
      rounds: [
        [told(3), told(3)],
        [told(3), told(3)],
      ],
      taken: true,
    },
    { what: "none lower", rounds: [[told(12)], [told(12)]], taken: false },
    {
      what: "another one by one member",
      rounds: [
        [told(3), told(3)],
        [told(3), told(4)],
      ],
      taken: false,
    },
    { what: "another one than before", rounds: [[told(3)], [told(4)]], taken: false },
    { what: "that the cluster is not well", rounds: [[told(3)], [told(3, false)]], taken: false },
    { what: "nothing", rounds: [[told(3)], []], taken: false },
  ])
    it(`begin anew, or not, when the members say ${what}`, () => {
      const epochs = new Epochs();
      epochs.newest = 12;
      assert.equal(epochs.rebuilt(rounds[0]!, 0), undefined, "not at once");
      assert.equal(epochs.rebuilt(rounds[0]!, 9999), undefined);
      assert.equal(epochs.rebuilt(rounds[1]!, 10_000) !== undefined, taken);
      assert.equal(epochs.newest, taken ? 3 : 12);
    });

  it("do not begin anew when the newest was found in between", () => {
    const epochs = new Epochs();
    epochs.newest = 12;
    epochs.rebuilt([told(3)], 0);
    epochs.found();
    assert.equal(epochs.rebuilt([told(3)], 10_000), undefined);
  });
});

describe("a series of failures", () => {
  it("is warned of at its beginning and once a minute", () => {
    const clock = new FakeClock();
    const levels: string[] = [];
    const log = (level: string) => (fields: object) => void levels.push(`${level} ${JSON.stringify(fields)}`);
    const logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
    const trouble = new Trouble(clock, logger);
    const fail = (error: unknown): void => {
      trouble.failed("no session", error, { member: "redis:1" });
    };
    fail(new Error("first"));
    fail(new Error("second"));
    clock.time += 60_000;
    fail(Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }));
    trouble.over();
    fail("no error");
    assert.deepEqual(levels, [
      'warn {"member":"redis:1","error":"first"}',
      'debug {"member":"redis:1","error":"second"}',
      'warn {"member":"redis:1","error":"ECONNREFUSED"}',
      'warn {"member":"redis:1","error":"unknown"}',
    ]);
  });
});
