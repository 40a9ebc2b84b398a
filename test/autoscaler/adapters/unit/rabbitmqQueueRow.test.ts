import assert from "node:assert/strict";
import { indexQueueRows } from "../../../../autoscaler/src/adapters/rabbitmq/queueRow.ts";
import { queuesQuery } from "../../../../autoscaler/src/adapters/rabbitmq/queuesQuery.ts";

const row = { name: "q", vhost: "/" };

describe("the management API's list of queues", () => {
  it("is indexed by vhost and name", () => {
    const rows = indexQueueRows([row, { ...row, vhost: "other", messages_ready: 3 }]);
    assert.deepEqual(rows.get("/")?.get("q"), row);
    assert.equal(rows.get("other")?.get("q")?.messages_ready, 3);
    assert.equal(rows.get("/")?.get("r"), undefined);
  });

  const refused: { name: string; json: unknown }[] = [
    { name: "no list", json: {} },
    { name: "a row that is none", json: [null] },
    { name: "no name", json: [{ vhost: "/" }] },
    { name: "no vhost", json: [{ name: "q" }] },
    { name: "a state that is no text", json: [{ ...row, state: 1 }] },
    { name: "a count that is no number", json: [{ ...row, messages_ready: "3" }] },
    { name: "a count that is null", json: [{ ...row, messages_unacknowledged: null }] },
    { name: "counters that are none", json: [{ ...row, message_stats: [1].join() }] },
    { name: "samples that are no list", json: [{ ...row, message_stats: { ack_details: { samples: 3 } } }] },
    { name: "a sample without time", json: [{ ...row, message_stats: { ack_details: { samples: [{ sample: 3 }] } } }] },
    { name: "lengths that are no numbers", json: [{ ...row, backing_queue_status: { priority_lengths: { 0: "3" } } }] },
  ];
  for (const { name, json } of refused) {
    it(`is refused: ${name}`, () => {
      assert.throws(() => indexQueueRows(json), { message: "the answer is not a list of queues" });
    });
  }

  it("is asked for priorities only when some queue weighs them", () => {
    assert.doesNotMatch(queuesQuery({ priorities: false }), /priority|high|returned/);
    assert.match(queuesQuery({ priorities: true }), /priority_lengths.*high.*normal.*returned/);
  });
});
