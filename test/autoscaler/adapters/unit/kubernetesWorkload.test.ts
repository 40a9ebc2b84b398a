import assert from "node:assert/strict";
import { KubernetesEventRecorder } from "../../../../autoscaler/src/adapters/kubernetes/eventRecorder.ts";
import type { EventWriter } from "../../../../autoscaler/src/adapters/kubernetes/eventRecorder.ts";
import { LatestWorkload } from "../../../../autoscaler/src/adapters/kubernetes/workload/latestWorkload.ts";
import { onceEach } from "../../../../autoscaler/src/adapters/kubernetes/api/notices.ts";
import {
  isAtLeast,
  scaleToWorkload,
  toWorkload,
} from "../../../../autoscaler/src/adapters/kubernetes/workload/workload.ts";
import type { Workload } from "../../../../autoscaler/src/adapters/kubernetes/workload/workload.ts";
import { ScaleError } from "../../../../autoscaler/src/ports/scaleTarget.ts";
import { ManualClock } from "../../control/manualClock.ts";

const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "worker", namespace: "jobsprint" };

function workload(replicas: number, resourceVersion: string, paused?: string): Workload {
  return { metadata: {}, resourceVersion, uid: "u-1", replicas, selector: undefined, paused };
}

describe("resource versions", () => {
  const cases: [string, string, boolean][] = [
    ["7", "7", true],
    ["8", "7", true],
    ["7", "8", false],
    ["10", "9", true],
    ["9", "10", false],
    ["99999999999999999999", "100000000000000000000", false],
  ];
  for (const [a, b, expected] of cases)
    it(`${a} is ${expected ? "" : "not "}at least ${b}`, () => {
      assert.equal(isAtLeast(a, b), expected);
    });
});

describe("the latest that is known of a workload", () => {
  let clock: ManualClock;
  let told: Workload | undefined;
  let live: boolean;
  let latest: LatestWorkload;

  beforeEach(() => {
    clock = new ManualClock();
    told = workload(2, "98");
    live = true;
    latest = new LatestWorkload(ref, { isLive: () => live, get: () => told }, clock);
  });

  const known = () => {
    const one = latest.get();
    return one && [one.replicas, one.resourceVersion];
  };

  it("is what the watch tells", () => {
    assert.deepEqual(known(), [2, "98"]);
    told = workload(3, "99");
    assert.deepEqual(known(), [3, "99"]);
  });

  it("is our own write until the watch has told that version or a newer one", () => {
    latest.setWritten(workload(5, "100"));
    assert.deepEqual(known(), [5, "100"]);
    told = workload(2, "99");
    assert.deepEqual(known(), [5, "100"]);
    told = workload(4, "101");
    assert.deepEqual(known(), [4, "101"]);
    // The watch is believed from then on, also if it were to go back.
    told = workload(2, "99");
    assert.deepEqual(known(), [2, "99"]);
  });

  it("keeps the annotation over a write, whose answer does not tell it", () => {
    told = workload(2, "98", "up");
    latest.setWritten(workload(5, "100"));
    assert.equal(latest.get()?.paused, "up");
  });

  it("has to be read when the watch does not catch up, so that it never stays behind", () => {
    latest.setWritten(workload(5, "100"));
    clock.offset += 10;
    assert.deepEqual(known(), [5, "100"]);
    clock.offset += 1;
    assert.equal(known(), undefined);
    latest.set(workload(6, "120"));
    assert.deepEqual(known(), [6, "120"]);
  });

  it("has to be read while the watch is broken, and is remembered for what needs no tick", () => {
    assert.deepEqual(known(), [2, "98"]);
    live = false;
    assert.equal(known(), undefined);
    assert.equal(latest.seen()?.replicas, 2);
  });

  it("is missing for a while once the API server has said so, unless the watch tells of it", () => {
    const error = new ScaleError("notFound", "HTTP 404");
    told = undefined;
    assert.doesNotThrow(() => {
      latest.throwIfMissing();
    });
    latest.setMissing(error);
    assert.throws(() => {
      latest.throwIfMissing();
    }, error);
    clock.offset += 10;
    assert.doesNotThrow(() => {
      latest.throwIfMissing();
    });
    latest.setMissing(error);
    told = workload(1, "130");
    assert.deepEqual(known(), [1, "130"]);
    assert.doesNotThrow(() => {
      latest.throwIfMissing();
    });
  });

  it("is asked for each time while the watch is broken, missing or not", () => {
    live = false;
    latest.setMissing(new ScaleError("notFound", "HTTP 404"));
    assert.doesNotThrow(() => {
      latest.throwIfMissing();
    });
  });
});

describe("what is kept of a workload", () => {
  it("is its count, version, uid, selector and pause", () => {
    const metadata = { name: "worker", namespace: "jobsprint", uid: "u-1", resourceVersion: "7" };
    const annotations = { "autoscaling.jobsprint.dev/paused": "up", other: "kept nowhere" };
    const spec = { replicas: 0, selector: { matchLabels: { app: "worker" } }, template: { spec: { containers: [] } } };
    assert.deepEqual(toWorkload({ metadata: { ...metadata, annotations }, spec }), {
      metadata: { name: "worker", namespace: "jobsprint" },
      ...{ resourceVersion: "7", uid: "u-1", replicas: 0, paused: "up" },
      selector: [{ key: "app", operator: "In", values: ["worker"] }],
    });
  });

  it("of a Scale is 0 when it leaves the count out, and nothing when it has no spec", () => {
    assert.equal(scaleToWorkload({ metadata: { resourceVersion: "7" }, spec: {} })?.replicas, 0);
    assert.equal(scaleToWorkload({ metadata: { resourceVersion: "7" } }), undefined);
  });
});

describe("notices", () => {
  it("are told once each", () => {
    const told: string[] = [];
    const tell = onceEach((notice) => told.push(notice));
    for (const notice of ["a", "b", "a", "b", "c"]) tell(notice);
    assert.deepEqual(told, ["a", "b", "c"]);
  });
});

describe("event recorder without an API server", () => {
  function recorder(isBusy: () => boolean) {
    const messages: string[] = [];
    const writer = {
      get isBusy() {
        return isBusy();
      },
      write: (_: string, { message }: { message?: string }) => {
        messages.push(message ?? "");
        return Promise.resolve();
      },
    } as Pick<EventWriter, "isBusy" | "write">;
    const clock = new ManualClock();
    return { messages, clock, recorder: new KubernetesEventRecorder({ writer, clock, ref, uid: () => "u-1" }) };
  }

  const event = (message: string) => ({ type: "Normal", reason: "SuccessfulRescale", message }) as const;

  it("remembers a bounded number, the newest", () => {
    const { messages, recorder: events } = recorder(() => false);
    for (let number = 0; number < 40; number++) events.record(event(String(number)));
    for (const number of [39, 0]) events.record(event(String(number)));
    assert.equal(messages.length, 41);
    assert.equal(messages.at(-1), "0");
  });

  it("drops an Event while too many wait, and tells it at the next occasion", () => {
    let busy = true;
    const { messages, recorder: events } = recorder(() => busy);
    events.record(event("full"));
    busy = false;
    events.record(event("full"));
    assert.deepEqual(messages, ["full"]);
  });
});
