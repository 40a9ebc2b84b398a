import type { Channel, ChannelModel } from "amqplib";
import type { BrokerConnection } from "./connection.ts";
import { errorText } from "./errors.ts";
import type { Logger } from "./options.ts";
import { pause } from "./timing.ts";

export interface KeepChannelOptions<Kind extends Channel> {
  readonly connection: BrokerConnection;
  readonly create: (model: ChannelModel) => Promise<Kind>;
  /** Makes a new channel ready; a rejection closes it, and another is tried. */
  readonly ready: (channel: Kind) => Promise<void>;
  /** For logs. */
  readonly what: string;
  /** No further channel after it aborts; an open one stays. */
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly logger?: Logger | undefined;
}

/** Milliseconds at most until a lost channel or a missing queue is tried again. */
const longestPauseMs = 1000;

/** Holds one channel open until the signal aborts; resolves then. Never rejects. */
export async function keepChannel<Kind extends Channel>(options: KeepChannelOptions<Kind>): Promise<void> {
  const { connection, what, signal, random, logger } = options;
  const isWanted = (): boolean => !signal.aborted;
  while (isWanted()) {
    try {
      await oneChannel(await connection.model(signal), options);
    } catch (error) {
      if (isWanted()) logger?.warn({ what, error: errorText(error) }, "cannot open a channel");
    }
    // By chance: a thousand consumers that lost the same queue must not ask for it in step.
    if (isWanted()) await pause(longestPauseMs * (0.2 + 0.8 * random()), signal);
  }
}

/** Resolves when the channel is gone, or when the signal aborts. */
async function oneChannel<Kind extends Channel>(model: ChannelModel, options: KeepChannelOptions<Kind>): Promise<void> {
  const { create, ready, what, signal, logger } = options;
  const channel = await create(model);
  channel.on("error", (error) => {
    logger?.warn({ what, error: errorText(error) }, "the broker closed a channel");
  });
  const closed = new Promise<void>((resolve) => channel.once("close", resolve));
  try {
    await ready(channel);
  } catch (error) {
    await channel.close().catch(() => undefined);
    throw error;
  }
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => (stop = resolve));
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  await Promise.race([closed, aborted]);
  signal.removeEventListener("abort", stop);
}
