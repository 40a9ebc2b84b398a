import { readFileSync } from "node:fs";

export interface ServiceLog {
  /** "level message" → how often. */
  readonly messages: Readonly<Record<string, number>>;
  /** Lines that are no entry of the logger: what Node itself writes to standard error. */
  readonly foreign: readonly string[];
}

/** Faults are told as warnings and, when they last, as errors; anything that is no entry was never meant to be written. */
export function readServiceLog(file: string): ServiceLog {
  const messages: Record<string, number> = {};
  const foreign: string[] = [];
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const entry = parse(line);
    if (entry === undefined) foreign.push(line);
    else messages[`${entry.level} ${entry.msg}`] = (messages[`${entry.level} ${entry.msg}`] ?? 0) + 1;
  }
  return { messages, foreign };
}

function parse(line: string): { level: string; msg: string } | undefined {
  try {
    return JSON.parse(line) as { level: string; msg: string };
  } catch {
    return undefined;
  }
}
