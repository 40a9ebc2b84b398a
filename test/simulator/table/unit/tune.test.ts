import assert from "node:assert/strict";
import type { PolicyKind, Run, Workload } from "../../../../simulator/model.ts";
import type { Bench, Draw, DrawRun } from "../../../../simulator/table/bench.ts";
import { contendersOf } from "../../../../simulator/table/tune.ts";

/** Share of late jobs and cost with the first seed and with the second. */
type Figures = readonly [late: number, cost: number, late2?: number, cost2?: number];

/** Who runs with both seeds, where each setting comes to what it is said to. */
function contenders(settings: Readonly<Record<string, Figures>>, allowed = [0.01]): string[] {
  const draws: readonly Draw[] = [1, 2].map((seed) => ({ seed, workload: {} as Workload }));
  const run = (draw: Draw, { setting }: PolicyKind): DrawRun => {
    const [late = 0, cost = 0, late2 = late, cost2 = cost] = settings[setting] ?? [];
    const told = draw.seed === 1 ? { late, podSeconds: cost } : { late: late2, podSeconds: cost2 };
    return { draw, run: { jobs: 1, ...told } as Run };
  };
  const kinds = Object.keys(settings).map((setting) => ({ name: "some", setting }) as PolicyKind);
  return contendersOf({ draws, run } as unknown as Bench, kinds, allowed).map(({ policy }) => policy.setting);
}

describe("the settings that run with all seeds", () => {
  for (const { name, settings, expected } of [
    {
      ...{ name: "are not those much dearer than one within the target", expected: ["cheap", "near"] },
      settings: { cheap: [0, 100], near: [0, 102], dear: [0, 104] },
    },
    {
      ...{ name: "are also cheaper ones that one seed finds a little late", expected: ["fine", "lucky"] },
      settings: { fine: [0, 100], dear: [0, 200], lucky: [0.015, 80, 0.001, 80] },
    },
    {
      ...{ name: "are none that one seed finds later than twice the target", expected: ["fine"] },
      settings: { fine: [0, 100], late: [0.021, 80] },
    },
    {
      ...{ name: "go on while the cheap ones turn out late", expected: ["late", "fine"] },
      settings: { late: [0, 100, 0.5, 100], fine: [0, 200] },
    },
    {
      ...{ name: "are the least late where all are late", expected: ["less"] },
      settings: { more: [0.5, 1], less: [0.4, 9] },
    },
  ] as { name: string; expected: string[]; settings: Record<string, Figures> }[])
    it(name, () => {
      assert.deepEqual(contenders(settings), expected);
    });

  it("are found for each share of late jobs", () => {
    assert.deepEqual(contenders({ fine: [0, 100], late: [0.2, 50] }, [0.01, 0.2]), ["fine", "late"]);
  });
});
