import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { ConfirmChannel } from "amqplib";
import fc from "fast-check";
import type { PublishError } from "../../../../runtime/src/queue/index.ts";
import { Publisher } from "../../../../runtime/src/queue/publisher.ts";

type Confirm = (error: unknown) => void;

/** As amqplib's: a close calls every open callback back with an error. */
class FakeChannel extends EventEmitter {
  /** In the order of sending. */
  readonly sent: { id: string; confirm: Confirm }[] = [];
  room = true;

  constructor() {
    super();
    this.on("close", () => {
      for (const { confirm } of this.sent.splice(0)) confirm(new Error("channel closed"));
    });
  }

  sendToQueue(_queue: string, _content: Buffer, { messageId }: { messageId: string }, confirm: Confirm): boolean {
    this.sent.push({ id: messageId, confirm });
    return this.room;
  }
}

const maxUnconfirmed = 3;
const step = fc.constantFrom("publish", "confirm", "refuse", "return", "lose", "attach", "fill", "drain");

describe("a publisher over channels that come and go", () => {
  it("settles every publish as the broker said, and holds to its bound", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const publisher = new Publisher({
          ...{ maxUnconfirmed, maxWaiting: 1000, maxMessageBytes: 100 },
          now: () => 0,
          trouble: () => "away",
        });
        let channel: FakeChannel | undefined;
        const expected = new Map<string, string>();
        const results: Promise<[string, string]>[] = [];
        const attach = (): void => {
          channel = new FakeChannel();
          publisher.attach(channel as unknown as ConfirmChannel);
        };
        const answer = (error: unknown, outcome: string): void => {
          const oldest = channel?.sent.shift();
          if (oldest === undefined) return;
          expected.set(oldest.id, outcome);
          if (outcome === "unroutable")
            channel?.emit("return", { fields: { routingKey: "q" }, properties: { messageId: oldest.id } });
          oldest.confirm(error);
        };
        const run: Record<typeof step extends fc.Arbitrary<infer Name> ? Name : never, () => void> = {
          publish: () => {
            const id = `${results.length}`;
            const published = publisher.publish("q", 1, { messageId: id });
            results.push(
              published.then(
                () => [id, "confirmed"],
                (error: unknown) => [id, (error as PublishError).reason],
              ),
            );
          },
          confirm: () => {
            answer(null, "confirmed");
          },
          refuse: () => {
            answer(new Error("message nacked"), "refused");
          },
          return: () => {
            answer(null, "unroutable");
          },
          lose: () => {
            channel?.emit("close");
            channel = undefined;
          },
          attach: () => {
            if (channel === undefined) attach();
          },
          fill: () => {
            if (channel !== undefined) channel.room = false;
          },
          drain: () => {
            if (channel === undefined) return;
            channel.room = true;
            channel.emit("drain");
          },
        };
        for (const name of steps) {
          run[name]();
          assert.ok((channel?.sent.length ?? 0) <= maxUnconfirmed);
        }
        run.lose();
        attach();
        while (expected.size < results.length) {
          assert.ok((channel?.sent.length ?? 0) > 0, "a publish was forgotten");
          run.confirm();
        }
        assert.deepEqual(new Map(await Promise.all(results)), expected);
        assert.equal(await publisher.close(0), true);
      }),
      { numRuns: 300 },
    );
  });
});
