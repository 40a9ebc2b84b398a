import assert from "node:assert/strict";
import { choose, type Candidate } from "../../../../runtime/src/database/choose.ts";

interface Named extends Candidate {
  readonly name: string;
}

const replica = (
  name: string,
  given: { out?: boolean; load?: number; hint?: bigint; pooled?: boolean } = {},
): Named => ({
  name,
  inRotation: given.out !== true,
  load: given.load ?? 0,
  replayed: { hint: given.hint ?? -1n },
  options: given.pooled === true ? { pooled: true } : {},
});

describe("the choice of a replica", () => {
  const cases: { name: string; replicas: Named[]; failed?: string; position?: bigint; chosen: string | undefined }[] = [
    { name: "none where there is none", replicas: [], chosen: undefined },
    { name: "none where all are out of rotation", replicas: [replica("a", { out: true })], chosen: undefined },
    { name: "the less loaded", replicas: [replica("a", { load: 2 }), replica("b", { load: 1 })], chosen: "b" },
    {
      name: "the more loaded where the other is out",
      replicas: [replica("a", { load: 2 }), replica("b", { out: true })],
      chosen: "a",
    },
    {
      name: "not one that failed this call",
      replicas: [replica("a"), replica("b", { load: 9 })],
      failed: "a",
      chosen: "b",
    },
    {
      name: "the one that has what was written",
      replicas: [replica("a", { hint: 5n }), replica("b", { hint: 9n, load: 9 })],
      position: 9n,
      chosen: "b",
    },
    {
      name: "by load where both have it",
      replicas: [replica("a", { hint: 20n, load: 2 }), replica("b", { hint: 10n, load: 1 })],
      position: 9n,
      chosen: "b",
    },
    {
      name: "the further one where neither has it",
      replicas: [replica("a", { hint: 5n }), replica("b", { hint: 7n, load: 3 })],
      position: 9n,
      chosen: "b",
    },
    { name: "no pooler after a write", replicas: [replica("a", { pooled: true })], position: 1n, chosen: undefined },
    { name: "a pooler without a write", replicas: [replica("a", { pooled: true })], chosen: "a" },
  ];
  for (const { name, replicas, failed, position, chosen } of cases)
    it(`is ${name}`, () => {
      const without = new Set(replicas.filter((one) => one.name === failed));
      assert.equal(choose(replicas, { without, position, turn: 0 })?.name, chosen);
    });

  it("gives equals their turn", () => {
    const replicas = [replica("a"), replica("b"), replica("c")];
    assert.deepEqual(
      [0, 1, 2, 3].map((turn) => choose(replicas, { turn })?.name),
      ["a", "b", "c", "a"],
    );
  });
});
