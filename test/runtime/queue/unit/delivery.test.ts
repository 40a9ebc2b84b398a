import assert from "node:assert/strict";
import type { Channel, ConsumeMessage } from "amqplib";
import { Delivery, type Settlement } from "../../../../runtime/src/queue/delivery.ts";

const message = {} as ConsumeMessage;

/** Notes the answers that it is asked to give. */
function recordingChannel(answers: string[]): Channel {
  return {
    ack: () => answers.push("ack"),
    nack: (_message: unknown, _all: boolean, requeue: boolean) => answers.push(requeue ? "requeue" : "reject"),
  } as unknown as Channel;
}

describe("a delivery", () => {
  const table: { settlement: Settlement; answer: string }[] = [
    { settlement: "acked", answer: "ack" },
    { settlement: "requeued", answer: "requeue" },
    { settlement: "deadLettered", answer: "reject" },
  ];
  for (const { settlement, answer } of table)
    it(`is ${settlement} once`, () => {
      const answers: string[] = [];
      const delivery = new Delivery(recordingChannel(answers), message);
      assert.equal(delivery.settle(settlement), settlement);
      assert.equal(delivery.settle("acked"), "requeued");
      assert.deepEqual(answers, [answer]);
    });

  it("is not answered after it was lost", () => {
    const answers: string[] = [];
    const channel = recordingChannel(answers);
    const delivery = new Delivery(channel, message);
    const signal = delivery.signal();
    assert.ok(delivery.isOpenOn(channel) && !delivery.isOpenOn(recordingChannel([])));
    const why = new Error("lost");
    delivery.lose(why);
    assert.equal(signal.reason, why);
    assert.equal(delivery.settle("acked"), "requeued");
    assert.deepEqual(answers, []);
    assert.ok(!delivery.isOpenOn(channel));
  });

  it("tells a handler that looks late, too", () => {
    const delivery = new Delivery(recordingChannel([]), message);
    delivery.lose(new Error("lost"));
    assert.equal(delivery.signal().aborted, true);
  });

  it("cannot be lost after its answer", () => {
    const delivery = new Delivery(recordingChannel([]), message);
    const signal = delivery.signal();
    delivery.settle("acked");
    delivery.lose(new Error("lost"));
    assert.equal(signal.aborted, false);
  });

  it("goes back to the queue with a closed channel", () => {
    const closed = {
      ack: () => {
        throw new Error("Channel closed");
      },
    } as unknown as Channel;
    assert.equal(new Delivery(closed, message).settle("acked"), "requeued");
  });
});
