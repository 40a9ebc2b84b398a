import assert from "node:assert/strict";
import type { ConsumeMessage } from "amqplib";
import { RejectMessage } from "../../../../runtime/src/queue/errors.ts";
import {
  attemptOf,
  decodeBody,
  encodeBody,
  lagSeconds,
  publishedAtOf,
  publishProperties,
  receivedMessage,
} from "../../../../runtime/src/queue/message.ts";

interface Facts {
  readonly headers?: Record<string, unknown>;
  readonly redelivered?: boolean;
  readonly timestamp?: number;
  readonly messageId?: string;
}

const delivered = ({ headers, redelivered = false, ...properties }: Facts): ConsumeMessage =>
  ({ content: Buffer.from("1"), fields: { redelivered }, properties: { headers, ...properties } }) as ConsumeMessage;

describe("a message", () => {
  const attempts: (Facts & { name: string; attempt: number })[] = [
    { name: "the first delivery", attempt: 1 },
    { name: "the second by the queue's count", headers: { "x-delivery-count": 1 }, redelivered: true, attempt: 2 },
    { name: "a count without the flag", headers: { "x-delivery-count": 4 }, attempt: 5 },
    { name: "the flag alone, of a classic queue", redelivered: true, attempt: 2 },
    { name: "a count that is no number", headers: { "x-delivery-count": "3" }, redelivered: true, attempt: 2 },
  ];
  for (const { name, attempt, ...facts } of attempts)
    it(`is attempt ${attempt}: ${name}`, () => {
      assert.equal(attemptOf(delivered(facts)), attempt);
    });

  const times: (Facts & { name: string; publishedAt: number | undefined; lag: number | null })[] = [
    { name: "in milliseconds", headers: { "x-published-at-ms": 8500 }, timestamp: 8, publishedAt: 8500, lag: 1.5 },
    { name: "in AMQP's seconds", timestamp: 8, publishedAt: 8000, lag: 2 },
    { name: "by a clock ahead", headers: { "x-published-at-ms": 12_000 }, publishedAt: 12_000, lag: 0 },
    { name: "not at all", publishedAt: undefined, lag: null },
    { name: "as text", headers: { "x-published-at-ms": "8500" }, publishedAt: undefined, lag: null },
  ];
  for (const { name, publishedAt, lag, ...facts } of times)
    it(`tells when it was published ${name}`, () => {
      assert.equal(publishedAtOf(delivered(facts)), publishedAt);
      assert.equal(lagSeconds(delivered(facts), 10_000), lag);
    });

  it("has no keys for what it does not tell", () => {
    const message = receivedMessage(delivered({}), 1, () => new AbortController().signal);
    assert.deepEqual(Object.keys(message), ["body", "raw", "headers", "redelivered", "attempt", "signal"]);
    assert.deepEqual(message.headers, {});
  });

  it("asks for its signal only when it is read", () => {
    let asked = 0;
    const { signal } = new AbortController();
    const message = receivedMessage(delivered({}), 1, () => {
      asked += 1;
      return signal;
    });
    assert.equal(asked, 0);
    assert.equal(message.signal, signal);
    assert.equal(asked, 1);
  });

  it("is published to outlive the broker, without the counts of its last delivery", () => {
    const headers = { tenant: "t", "x-delivery-count": 3, "x-published-at-ms": 1 };
    assert.deepEqual(publishProperties({ messageId: "m", headers, priority: 4 }, 1999), {
      ...{ messageId: "m", persistent: true, mandatory: true, contentType: "application/json", timestamp: 1 },
      headers: { tenant: "t", "x-published-at-ms": 1999 },
      priority: 4,
    });
    assert.ok(!("priority" in publishProperties({ messageId: "m" }, 0)));
  });

  for (const body of [undefined, () => 1, Symbol("s")])
    it(`cannot be ${typeof body}`, () => {
      assert.throws(() => encodeBody(body), {
        name: "TypeError",
        message: `a body of type ${typeof body} has no JSON`,
      });
    });

  it("keeps null, false, zero and empty text", () => {
    for (const body of [null, false, 0, ""]) assert.equal(decodeBody(encodeBody(body)), body);
  });

  it("does not quote a body that is not JSON", () => {
    assert.throws(
      () => decodeBody(Buffer.from("secret")),
      (error) => error instanceof RejectMessage && error.message === "the body of 6 bytes is not JSON",
    );
  });
});
