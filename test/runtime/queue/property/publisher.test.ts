import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { ConfirmChannel } from "amqplib";
import fc from "fast-check";
import { PublishError } from "../../../../runtime/src/queue/index.ts";
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
const step = fc.constantFrom("publish", "confirm", "refuse", "return", "lose", "attach", "fill", "drain", "abort");

describe("a publisher over channels that come and go", () => {
  it("settles every publish as the broker said, and holds to its bound", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
        const publisher = new Publisher({
          ...{ maxUnconfirmed, maxWaiting: 1000, maxMessageBytes: 100 },
          now: () => 0,
          trouble: () => "away",
        });
        let channel: FakeChannel | undefined;
        const expected = new Map<string, string>();
        const results: Promise<[string, string]>[] = [];
        const controllers: AbortController[] = [];
        const attach = (): void => {
          channel = new FakeChannel();
          publisher.attach(channel as unknown as ConfirmChannel);
        };
        const answer = (error: unknown, outcome: string): void => {
          const oldest = channel?.sent.shift();
          if (oldest === undefined) return;
          // What was given up has its outcome already; the broker answers all the same.
          if (!expected.has(oldest.id)) expected.set(oldest.id, outcome);
          if (outcome === "unroutable")
            channel?.emit("return", { fields: { routingKey: "q" }, properties: { messageId: oldest.id } });
          oldest.confirm(error);
        };
        const run: Record<typeof step extends fc.Arbitrary<infer Name> ? Name : never, () => void> = {
          publish: () => {
            const id = `${results.length}`;
            const controller = new AbortController();
            controllers.push(controller);
            const published = publisher.publish("q", 1, { messageId: id, signal: controller.signal });
            results.push(
              published.then(
                () => [id, "confirmed"],
                (error: unknown) => [id, error instanceof PublishError ? error.reason : (error as Error).message],
              ),
            );
          },
          abort: () => {
            const index = controllers.findIndex((_controller, id) => !expected.has(`${id}`));
            if (index < 0) return;
            expected.set(`${index}`, "given up");
            controllers[index]!.abort(new Error("given up"));
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
          if (channel === undefined) continue;
          const { sent, room } = channel;
          assert.ok(sent.length <= maxUnconfirmed);
          const waits = (id: string): boolean => !expected.has(id) && !sent.some((one) => one.id === id);
          const isAnyWaiting = results.some((_result, id) => waits(`${id}`));
          assert.ok(!isAnyWaiting || !room || sent.length === maxUnconfirmed, "a publish waits for nothing");
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
