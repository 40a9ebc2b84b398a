import assert from "node:assert/strict";
import { leftBehind } from "../../../../local/cluster/hostState.ts";

describe("what a cluster has left behind", () => {
  const before = { route: ["default via 192.0.2.1"], process: ["containerd 1 "] };
  const cases = [
    { title: "nothing, where all is as before", after: before, left: [] },
    { title: "nothing, where something else has gone", after: { route: [], process: [] }, left: [] },
    { title: "a process", after: { process: ["kubelet 7 "] }, left: ["process: kubelet 7 "] },
    {
      title: "a route of its own",
      after: { route: ["198.19.3.0/25 via 198.18.3.2"] },
      left: ["route: 198.19.3.0/25 via 198.18.3.2"],
    },
    { title: "but not a route of another cluster", after: { route: ["198.19.4.0/25 via 198.18.4.2"] }, left: [] },
    { title: "nor its processes", after: { process: ["kubelet 7 jobsprint-4"] }, left: [] },
    { title: "nor its interface", after: { interface: ["jobsprint4@if2 UP 198.18.4.1/30"] }, left: [] },
    {
      title: "a control group",
      after: { "control group": ["/sys/fs/cgroup/cpu/jobsprint-3"] },
      left: ["control group: /sys/fs/cgroup/cpu/jobsprint-3"],
    },
  ];
  for (const { title, after, left } of cases)
    it(title, () => {
      assert.deepEqual(leftBehind(before, after as Record<string, string[]>, 3), left);
    });
});
