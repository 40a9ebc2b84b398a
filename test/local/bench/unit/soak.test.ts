import assert from "node:assert/strict";
import { checkAudit } from "../../../../local/bench/soak/audit.ts";
import { growths } from "../../../../local/bench/soak/footprint.ts";
import type { LeaderNote, Patch } from "../../../../local/bench/soak/journal.ts";
import { checkTerms } from "../../../../local/bench/soak/leadership.ts";
import type { Life } from "../../../../local/bench/soak/replica.ts";

interface Stored {
  readonly revision: number;
  readonly by: "a" | "b" | "admin";
  readonly replicas?: number;
  readonly holder?: string;
  readonly verb?: string;
}

const auditLine = ({ revision, by, replicas, holder, verb = "patch" }: Stored): string =>
  JSON.stringify({
    verb,
    user: { username: `system:serviceaccount:jobsprint:${by}` },
    objectRef: { resource: holder === undefined ? "deployments" : "leases", name: "worker" },
    responseStatus: { code: 200 },
    stageTimestamp: new Date(1000 * revision).toISOString(),
    responseObject: {
      metadata: { resourceVersion: String(revision) },
      spec: holder === undefined ? { replicas } : { holderIdentity: holder },
    },
  });

describe("what a soak finds in the API server's audit", () => {
  const begin: Stored[] = [
    { revision: 1, by: "admin", replicas: 4 },
    { revision: 2, by: "a", holder: "one" },
  ];
  const cases: { name: string; writes: Stored[]; expected: RegExp[] }[] = [
    { name: "a fall as far as the backlog allows", writes: [{ revision: 3, by: "a", replicas: 3 }], expected: [] },
    { name: "a rise that is too small", writes: [{ revision: 3, by: "a", replicas: 5 }], expected: [] },
    {
      name: "a fall below what the backlog asks",
      writes: [{ revision: 3, by: "a", replicas: 2 }],
      expected: [/worker fell from 4 to 2, its backlog asked for 3/],
    },
    {
      name: "a write by who has lost the Lease, also when it is told out of order",
      writes: [
        { revision: 4, by: "a", replicas: 5 },
        { revision: 3, by: "b", holder: "two" },
      ],
      expected: [/a wrote worker while the Lease named two of b/],
    },
    {
      name: "a write after the Lease was given up",
      writes: [
        { revision: 3, by: "a", holder: "" },
        { revision: 4, by: "a", replicas: 5 },
      ],
      expected: [/a wrote worker while the Lease named/],
    },
    { name: "a write by hand", writes: [{ revision: 3, by: "admin", replicas: 1 }], expected: [] },
    {
      name: "a write while the Lease is deleted and nobody else has taken it",
      writes: [
        { revision: 3, by: "admin", holder: "one", verb: "delete" },
        { revision: 4, by: "a", replicas: 5 },
      ],
      expected: [],
    },
  ];
  for (const { name, writes, expected } of cases)
    it(name, () => {
      const log = [...begin, ...writes].map(auditLine).join("\n");
      const { violations } = checkAudit(log, ["a", "b"], { least: () => 30 });
      assert.equal(violations.length, expected.length, violations.join("\n"));
      for (const [index, pattern] of expected.entries()) assert.match(violations[index] ?? "", pattern);
    });
});

const life = (replica: string, more: Partial<Life> = {}): Life => ({
  ...{ replica, pid: 1, startedAt: 0, samples: [], stops: [] },
  ...more,
});
const elected = (replica: string, at: number): LeaderNote => ({ replica, kind: "LeaderElected", at });
const lost = (replica: string, at: number): LeaderNote => ({ replica, kind: "LeaderLost", at });

describe("terms of leadership in decision logs", () => {
  const frozen = life("a", { stops: [{ from: 15, to: 30 }] });
  const overlapping = [elected("a", 10), elected("b", 25), lost("a", 30.1)];
  const cases: { name: string; notes: LeaderNote[]; lives: Life[]; patches?: Patch[]; expected: number }[] = [
    {
      name: "one after the other",
      notes: [elected("a", 10), lost("a", 20), elected("b", 20)],
      lives: [life("a"), life("b")],
      expected: 0,
    },
    { name: "two at once", notes: overlapping, lives: [life("a"), life("b")], expected: 1 },
    {
      name: "a killed one ends with its process",
      notes: [elected("a", 10), elected("b", 25)],
      lives: [life("a", { endedAt: 20 }), life("b")],
      expected: 0,
    },
    {
      name: "a frozen one that does nothing when it wakes",
      notes: overlapping,
      lives: [frozen, life("b")],
      expected: 0,
    },
    {
      name: "a frozen one that patches when it wakes",
      notes: overlapping,
      lives: [frozen, life("b")],
      patches: [{ replica: "a", at: 30.05 }],
      expected: 1,
    },
  ];
  for (const { name, notes, lives, patches = [], expected } of cases)
    it(name, () => {
      assert.equal(checkTerms(notes, lives, patches).violations.length, expected);
    });
});

describe("growth of a process", () => {
  const growing = (mebibytesPerMinute: number, filesPerMinute: number): Life =>
    life("a", {
      samples: Array.from({ length: 400 }, (_, index) => ({
        at: 2 * index,
        // Garbage that comes and goes.
        rssBytes: 2 ** 20 * (200 + (index % 15) + (2 * index * mebibytesPerMinute) / 60),
        fileDescriptors: Math.round(30 + (index % 4) + (2 * index * filesPerMinute) / 60),
      })),
    });
  const cases: { name: string; of: Life; expected: RegExp[] }[] = [
    { name: "flat", of: growing(0, 0), expected: [] },
    { name: "memory", of: growing(5, 0), expected: [/resident memory grows by (4\.9|5)/] },
    { name: "open files", of: growing(0, 1), expected: [/open files grow by (0\.9|1)/] },
  ];
  for (const { name, of, expected } of cases)
    it(name, () => {
      const found = growths(of);
      assert.equal(found.length, expected.length, found.join("\n"));
      for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? "", pattern);
    });
});
