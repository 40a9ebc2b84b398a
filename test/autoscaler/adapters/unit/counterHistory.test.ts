import assert from "node:assert/strict";
import { CounterHistory } from "../../../../autoscaler/src/adapters/podmetrics/counterHistory.ts";

describe("the rate of a pod's counter", () => {
  const cases: { name: string; samples: [number, number][]; rate: number | undefined }[] = [
    { name: "is unknown after one sample", samples: [[100, 5]], rate: undefined },
    {
      name: "is the increase over its time",
      samples: [
        [100, 0],
        [110, 100],
      ],
      rate: 10,
    },
    {
      name: "counts on after a restart",
      samples: [
        [100, 90],
        [110, 40],
      ],
      rate: 4,
    },
    {
      name: "is not moved by a sample of the same moment",
      samples: [
        [100, 0],
        [110, 100],
        [110, 500],
      ],
      rate: 10,
    },
    {
      name: "is unknown when two rounds came right after one another",
      samples: [
        [100, 0],
        [100.005, 1],
      ],
      rate: undefined,
    },
    {
      name: "is told from one second on",
      samples: [
        [100, 0],
        [100.005, 1],
        [101, 50],
      ],
      rate: 50,
    },
    {
      name: "is unknown after the clock was set back",
      samples: [
        [100, 0],
        [110, 100],
        [50, 1000],
      ],
      rate: undefined,
    },
    {
      name: "is known again two samples later",
      samples: [
        [100, 0],
        [110, 100],
        [50, 1000],
        [60, 1050],
      ],
      rate: 5,
    },
  ];
  for (const { name, samples, rate } of cases) {
    it(name, () => {
      const history = new CounterHistory(15);
      for (const [at, value] of samples) history.add(at, value);
      assert.equal(history.rate()?.perSecond, rate);
    });
  }

  it("says when it was measured and over what time", () => {
    const history = new CounterHistory(15);
    for (const [at, value] of [
      [100, 0],
      [110, 100],
      [120, 300],
      [130, 500],
    ] as const)
      history.add(at, value);
    assert.deepEqual(history.rate(), { perSecond: 20, observedAt: 130, windowSeconds: 20 });
  });
});
