import assert from "node:assert/strict";
import { buildWorkload, findWindow, isHeldOut, windows } from "../../../../simulator/workloads/windows.ts";

describe("the windows", () => {
  for (const window of windows) {
    const { arrivals, services, seconds, meanServiceSeconds, name } = buildWorkload(window, 1);
    const load = services.reduce((sum, service) => sum + service, 0) / seconds;

    it(`${window.name} offers ${name.startsWith("azure") ? 5 : 10} replicas' work`, () => {
      // On/off spells are few in two hours, so their mean is far from exact.
      const tolerance = name === "on-off" ? 2 : 0.4;
      assert.ok(Math.abs(load - (name.startsWith("azure") ? 5 : 10)) < tolerance, `load ${load}`);
      assert.ok(meanServiceSeconds > 0);
    });

    it(`${window.name} has at most 150,000 jobs in order within its span`, () => {
      assert.ok(arrivals.length <= 150_000, `${arrivals.length} jobs`);
      assert.equal(arrivals.length, services.length);
      assert.ok(arrivals.every((at, index) => at >= (arrivals[index - 1] ?? 0) && at < seconds));
    });
  }

  it("come again with the same seed, and otherwise with another", () => {
    const window = findWindow("autothrottle-bursty");
    assert.deepEqual(buildWorkload(window, 3), buildWorkload(window, 3));
    assert.notDeepEqual(buildWorkload(window, 3), buildWorkload(window, 4));
  });

  it("of recorded single jobs keep their arrivals whatever the seed", () => {
    const window = findWindow("azure-code");
    assert.deepEqual(buildWorkload(window, 1).arrivals, buildWorkload(window, 2).arrivals);
    assert.notDeepEqual(buildWorkload(window, 1).services, buildWorkload(window, 2).services);
  });

  it("have the match's peak in the match and not in the night", () => {
    const jobsAfter = (name: string, hours: number): number =>
      buildWorkload(findWindow(name), 1).arrivals.filter((at) => at >= hours * 3600 && at < (hours + 1) * 3600).length;
    // 185,043 a minute from 21 h, 26,008 from 23 h, by the file.
    const ratio = jobsAfter("wc98-match", 3) / jobsAfter("wc98-match", 5);
    assert.ok(Math.abs(ratio - 185_043 / 26_008) < 0.4, `ratio ${ratio}`);
    // 19,200 a minute from 0 h, 12,970 from 5 h.
    const night = jobsAfter("wc98-night", 0) / jobsAfter("wc98-night", 5);
    assert.ok(Math.abs(night - 19_200 / 12_970) < 0.1, `ratio ${night}`);
  });

  it("have the burst in nab-burst", () => {
    const { arrivals } = buildWorkload(findWindow("nab-burst"), 1);
    // 19:34 of a stretch from 16:04 on: 656 requests in five minutes, 42nd of 96 steps, where the mean is 107.
    const count = arrivals.filter((at) => at >= 42 * 300 && at < 43 * 300).length;
    assert.ok(Math.abs((count * 96) / arrivals.length - 656 / 107) < 0.5, String(count));
  });

  it("of which two are held out are another day of a site, and another of a load balancer", () => {
    const heldOut = windows.filter(({ name }) => isHeldOut(name)).map(({ name }) => name);
    assert.deepEqual(heldOut, ["wc98-friday", "nab-sunday"]);
    assert.equal(isHeldOut("nowhere"), false);
    // 40,243 a minute from 12 h, 68,923 from 13 h of 12 June, by the file.
    const { arrivals } = buildWorkload(findWindow("wc98-friday"), 1);
    const ofHour = (hour: number): number => arrivals.filter((at) => Math.floor(at / 3600) === hour).length;
    assert.ok(Math.abs(ofHour(1) / ofHour(0) - 68_923 / 40_243) < 0.05);
  });

  it("are found by their name, or told", () => {
    assert.throws(() => findWindow("wc99"), /^UserError: window must be one of azure-code, .*, not "wc99"$/);
  });
});
