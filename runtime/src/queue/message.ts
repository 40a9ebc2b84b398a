import type { ConsumeMessage, Options } from "amqplib";
import { RejectMessage } from "./errors.ts";
import type { Message, PublishOptions } from "./options.ts";

/** Milliseconds since the epoch: AMQP's own timestamp has whole seconds. */
export const publishedAtHeader = "x-published-at-ms";

/** Set by the broker for one delivery; a message that is published again must not carry them along. */
const brokersHeaders = ["x-delivery-count", "x-acquired-count"];

/** Properties of a message that outlives the broker's restart and comes back if no queue takes it. */
export function publishProperties(
  { messageId, priority, headers }: PublishOptions & { readonly messageId: string },
  now: number,
): Options.Publish & { readonly messageId: string } {
  const own = Object.entries(headers ?? {}).filter(([name]) => !brokersHeaders.includes(name));
  return {
    messageId,
    persistent: true,
    mandatory: true,
    contentType: "application/json",
    timestamp: Math.floor(now / 1000),
    headers: { ...Object.fromEntries(own), [publishedAtHeader]: now },
    ...(priority !== undefined && { priority }),
  };
}

/** JSON in UTF-8; throws TypeError for what JSON cannot say: undefined, functions, cycles, BigInt. */
export function encodeBody(body: unknown): Buffer {
  // Its type leaves out that undefined and functions have no JSON.
  const text = JSON.stringify(body) as string | undefined;
  if (text === undefined) throw new TypeError(`a body of type ${typeof body} has no JSON`);
  return Buffer.from(text);
}

/** Rejects for good what is not JSON: another attempt would read the same bytes. */
export function decodeBody(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    // Not the parser's words: they quote the body, which may be personal data.
    throw new RejectMessage(`the body of ${raw.length} bytes is not JSON`);
  }
}

/** From 1. A quorum queue counts deliveries that failed; other kinds only tell that there was one. */
export function attemptOf({ fields, properties }: ConsumeMessage): number {
  const count: unknown = properties.headers?.["x-delivery-count"];
  if (typeof count === "number" && count >= 0) return count + 1;
  return fields.redelivered ? 2 : 1;
}

/** Milliseconds since the epoch, by the publisher's clock; undefined where the message does not tell. */
export function publishedAtOf({ properties }: ConsumeMessage): number | undefined {
  const ours: unknown = properties.headers?.[publishedAtHeader];
  if (typeof ours === "number" && Number.isFinite(ours)) return ours;
  const seconds: unknown = properties.timestamp;
  return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
}

/** Seconds from publishing to now; null while unknown. Clocks differ: a message from the future has no lag. */
export function lagSeconds(message: ConsumeMessage, now: number): number | null {
  const publishedAt = publishedAtOf(message);
  return publishedAt === undefined ? null : Math.max(0, (now - publishedAt) / 1000);
}

/** As a handler sees it. The signal is asked for only when read: few handlers need one. */
export function receivedMessage(message: ConsumeMessage, body: unknown, signalOf: () => AbortSignal): Message {
  const { properties, fields, content } = message;
  const messageId: unknown = properties.messageId;
  const priority: unknown = properties.priority;
  const publishedAt = publishedAtOf(message);
  return {
    body,
    raw: content,
    headers: properties.headers ?? {},
    redelivered: fields.redelivered,
    attempt: attemptOf(message),
    ...(typeof messageId === "string" && { messageId }),
    ...(typeof priority === "number" && { priority }),
    ...(publishedAt !== undefined && { publishedAt: new Date(publishedAt) }),
    get signal() {
      return signalOf();
    },
  };
}
