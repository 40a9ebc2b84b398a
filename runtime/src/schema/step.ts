import type { Logger } from "./logger.ts";

/** Does one step and tells how long it took; the fields of its result are told too. A failure is the caller's to tell. */
export async function step<Result>(logger: Logger, message: string, work: () => Promise<Result>): Promise<Result> {
  const started = performance.now();
  const result = await work();
  const seconds = Math.round(performance.now() - started) / 1000;
  logger.info({ ...(typeof result === "object" ? result : {}), seconds }, message);
  return result;
}
