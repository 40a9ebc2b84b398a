import type { PublishOptions } from "./options.ts";

/** AMQP's short string: a longer routing key or message id cannot be sent. */
const longestName = 255;

/** Throws one error with everything that is wrong. */
export function checkPublish(queue: string, options: PublishOptions): void {
  const { messageId, priority, timeoutSeconds } = options;
  const problems: string[] = [];
  checkName("queue", queue, problems);
  if (messageId !== undefined) checkName("messageId", messageId, problems);
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 255))
    problems.push(`priority must be a whole number from 0 to 255, not ${priority}`);
  // Node's timers end at 2^31 ms and fire at once beyond.
  if (timeoutSeconds !== undefined && !(timeoutSeconds > 0 && timeoutSeconds <= 86_400))
    problems.push(`timeoutSeconds must be above 0 and at most 86400, not ${timeoutSeconds}`);
  if (problems.length > 0) throw new RangeError(`bad publish: ${problems.join("; ")}`);
}

/** Throws where no queue can have this name. AMQP takes an empty one for the queue that the channel named last. */
export function checkQueueName(queue: string): void {
  const problems: string[] = [];
  checkName("queue", queue, problems);
  if (problems.length > 0) throw new RangeError(`bad queue name: ${problems.join("; ")}`);
}

function checkName(key: string, value: string, problems: string[]): void {
  const bytes = Buffer.byteLength(value);
  if (bytes === 0 || bytes > longestName) problems.push(`${key} must have 1 to ${longestName} bytes, not ${bytes}`);
}
