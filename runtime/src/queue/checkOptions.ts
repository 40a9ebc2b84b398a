import { brokerAddress, type BrokerAddress } from "./address.ts";
import { errorText } from "./errors.ts";
import type { ConsumeOptions, QueueOptions } from "./options.ts";

/** Throws one error with everything that is wrong, in words that show no password. */
export function checkQueueOptions(options: QueueOptions): readonly BrokerAddress[] {
  const problems: string[] = [];
  const { urls, heartbeatSeconds = 20 } = options;
  if (urls.length === 0) problems.push("urls must have at least one entry");
  for (const key of ["username", "password", "name"] as const)
    if (options[key] === "") problems.push(`${key} must not be empty`);
  checkWhole("heartbeatSeconds", heartbeatSeconds, [1, 3600], problems);
  for (const key of ["maxUnconfirmed", "maxWaiting", "maxMessageBytes"] as const)
    checkWhole(key, options[key] ?? 1, [1, 2 ** 30], problems);
  const addresses = urls.flatMap((url, index) => {
    try {
      return [brokerAddress(url, heartbeatSeconds)];
    } catch (error) {
      problems.push(`urls[${index}] ${errorText(error)}`);
      return [];
    }
  });
  if (problems.length > 0) throw new RangeError(`bad queue options:\n  ${problems.join("\n  ")}`);
  return addresses;
}

/** Throws one error with everything that is wrong. */
export function checkConsumeOptions({ prefetch, retry }: ConsumeOptions): void {
  const problems: string[] = [];
  checkWhole("prefetch", prefetch, [1, 65_535], problems);
  if (retry !== undefined) {
    const { firstSeconds, longestSeconds } = retry;
    // A pause beyond the broker's patience for an ack, half an hour, would cost the channel.
    if (!(firstSeconds >= 0 && firstSeconds <= longestSeconds && longestSeconds <= 600))
      problems.push(
        `retry must have 0 <= firstSeconds <= longestSeconds <= 600, not ${firstSeconds} and ${longestSeconds}`,
      );
  }
  if (problems.length > 0) throw new RangeError(`bad consume options:\n  ${problems.join("\n  ")}`);
}

function checkWhole(key: string, value: number, bounds: readonly [number, number], problems: string[]): void {
  const [lowest, highest] = bounds;
  if (!(Number.isInteger(value) && value >= lowest && value <= highest))
    problems.push(`${key} must be a whole number from ${lowest} to ${highest}, not ${value}`);
}
