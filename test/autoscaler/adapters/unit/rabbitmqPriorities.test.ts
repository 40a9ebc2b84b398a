import assert from "node:assert/strict";
import { weighReady } from "../../../../autoscaler/src/adapters/rabbitmq/priorities.ts";
import type { QueueRow } from "../../../../autoscaler/src/adapters/rabbitmq/queueRow.ts";

const classic = (lengths: Record<string, number>): Partial<QueueRow> => ({
  backing_queue_status: { priority_lengths: lengths },
});
const quorum = (high: number, normal: number, returned = 0): Partial<QueueRow> => ({
  messages_ready_high: high,
  messages_ready_normal: normal,
  messages_ready_returned: returned,
});

describe("ready messages weighed by priority", () => {
  interface Case {
    name: string;
    ready: number;
    priorities?: Record<string, number>;
    row?: Partial<QueueRow>;
    value: number;
    unknown?: boolean;
  }
  const cases: Case[] = [
    { name: "no priorities: the depth", ready: 7, value: 7 },
    {
      name: "classic: each priority, 1 for what is not named",
      ready: 6,
      priorities: { 0: 0.5, 9: 5 },
      row: classic({ 0: 2, 4: 3, 9: 1 }),
      value: 9,
    },
    {
      name: "classic: what came since the statistics weighs 1",
      ready: 10,
      priorities: { 9: 5 },
      row: classic({ 0: 0, 9: 6 }),
      value: 34,
    },
    { name: "quorum: normal and high", ready: 5, priorities: { 0: 2, 9: 5 }, row: quorum(3, 2), value: 19 },
    {
      name: "quorum: the highest weight of a class",
      ready: 5,
      priorities: { 0: 0.5, 4: 2, 5: 3, 9: 5 },
      row: quorum(3, 2),
      value: 19,
    },
    {
      name: "quorum: what is not named in a class weighs 1, also beside a lower weight",
      ready: 5,
      priorities: { 0: 0.1 },
      row: quorum(0, 5),
      value: 5,
    },
    {
      name: "quorum: a class that is named in full weighs what is named",
      ready: 5,
      priorities: { 0: 0.1, 1: 0.1, 2: 0.1, 3: 0.1, 4: 0.2 },
      row: quorum(0, 5),
      value: 1,
    },
    { name: "quorum: a class that is not named weighs 1", ready: 5, priorities: { 9: 5 }, row: quorum(1, 4), value: 9 },
    {
      name: "quorum: messages given back are of either class",
      ready: 5,
      priorities: { 9: 5 },
      row: quorum(1, 2, 2),
      value: 17,
    },
    { name: "unknown: at least 1 each", ready: 5, priorities: { 9: 5 }, row: {}, value: 5, unknown: true },
    { name: "unknown: at least the lowest weight", ready: 5, priorities: { 0: 0.2, 9: 5 }, value: 1, unknown: true },
    { name: "unknown, but empty", ready: 0, priorities: { 9: 5 }, row: {}, value: 0 },
    { name: "unknown, but all weights are 1", ready: 5, priorities: { 9: 1 }, row: {}, value: 5 },
  ];
  for (const { name, ready, priorities, row, value, unknown = false } of cases) {
    it(name, () => {
      const weighed = weighReady(ready, priorities, row && { name: "q", vhost: "/", ...row });
      assert.equal(weighed.value, value);
      assert.equal(weighed.unknown !== undefined, unknown);
    });
  }
});
