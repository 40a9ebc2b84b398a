import assert from "node:assert/strict";
import { PrimaryHistory } from "../../../../runtime/src/database/servers/lag.ts";
import { formatPosition, parsePosition } from "../../../../runtime/src/database/servers/lsn.ts";

describe("the lag of a replica", () => {
  const cases = [
    {
      name: "nothing while the primary is idle",
      samples: [
        [0, 5],
        [100, 5],
      ],
      at: 5n,
      now: 100,
      lag: 0,
    },
    {
      name: "the age of the youngest sample reached",
      samples: [
        [0, 1],
        [1, 5],
        [2, 9],
      ],
      at: 6n,
      now: 4,
      lag: 3,
    },
    { name: "unknown before the first sample", samples: [], at: 5n, now: 4, lag: null },
    { name: "unknown while the history is young", samples: [[0, 9]], at: 5n, now: 9, lag: null },
    { name: "at least the history's age once that is too much", samples: [[0, 9]], at: 5n, now: 11, lag: 11 },
    {
      name: "told from the new primary alone after a failover that lost the end",
      samples: [
        [0, 9],
        [1, 7],
      ],
      at: 8n,
      now: 3,
      lag: 2,
    },
  ] as const;
  for (const { name, samples, at, now, lag } of cases)
    it(`is ${name}`, () => {
      const history = new PrimaryHistory();
      for (const [seconds, position] of samples) history.add(seconds, BigInt(position));
      assert.equal(history.lagSeconds(at, now, 10), lag);
    });

  it("is told after an hour of samples, of which few are kept", () => {
    const history = new PrimaryHistory();
    for (let second = 0; second < 3600; second += 1) history.add(second, BigInt(second));
    assert.equal(history.lagSeconds(3599n, 3600, 10), 1);
    const lag = history.lagSeconds(3000n, 3600, 10);
    assert.ok(lag !== null && lag >= 600 && lag < 900, String(lag));
  });
});

describe("a position in the log", () => {
  for (const text of ["0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF"])
    it(`is the same after reading and writing: ${text}`, () => {
      assert.equal(formatPosition(parsePosition(text)), text);
    });

  it("is compared as a number", () => {
    assert.ok(parsePosition("A/0") > parsePosition("9/FFFFFFFF"));
  });

  for (const text of ["", "1", "1/", "/1", "1/123456789", "x/1", "1/1; drop"])
    it(`is refused: ${JSON.stringify(text)}`, () => {
      assert.throws(() => parsePosition(text), /a position must look like 16\/B374D848/);
    });
});
