/** What the schema's functions tell: fields first, as pino takes them. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For callers that want to hear nothing. */
export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** One JSON object a line, without those of level debug. */
export function jsonLogger(write: (line: string) => void, now: () => Date): Logger {
  const tell =
    (level: string) =>
    (fields: object, message: string): void => {
      write(`${JSON.stringify({ time: now().toISOString(), level, ...fields, message })}\n`);
    };
  return { debug: () => undefined, info: tell("info"), warn: tell("warn"), error: tell("error") };
}
