import { isDeepStrictEqual } from "node:util";
import type { AutoscalerConfig } from "../config/schema.ts";
import { targetSpecAt } from "../config/targetSpec.ts";
import { decide } from "../core/decide.ts";
import type { Decision, Snapshot } from "../core/model.ts";
import type { State } from "../core/state.ts";
import { UsageError, findTarget, readConfig, readText } from "./files.ts";

/** What a replay needs of an entry; the rest of a line is for its reader. */
interface LogLine {
  readonly target: string;
  readonly input: Snapshot & { readonly state?: State | null };
  readonly decision: Decision;
}

/** Two decisions of the same moment that are not the same. */
export interface Difference {
  readonly target: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly one: Decision;
  readonly other: Decision;
}

/**
 * Decides a log again. Without `against` the decisions must be those of the log; with it the two configurations are compared,
 * each with its own history, on the counts that there were: what would have become of other counts is for a simulation to
 * say. Resolves to 1 if the log's own decisions come out otherwise. Rejects with a UsageError or a ConfigError.
 */
export async function replay(
  files: { config: string; log: string; against?: string },
  print: (line: string) => void,
): Promise<number> {
  const lines = parseLog(await readText(files.log), files.log);
  const config = await readConfig(files.config);
  const again = redecide(lines, config);
  if (files.against === undefined) {
    const differences = compare(
      lines,
      lines.map((line) => line.decision),
      again,
    );
    report(differences, ["logged", "replayed"], print);
    print(`${lines.length} decisions replayed, ${differences.length} differ from the log`);
    return differences.length === 0 ? 0 : 1;
  }
  // By counts alone: two configurations differ in reasons and figures at nearly every line.
  const differences = compare(lines, again, redecide(lines, await readConfig(files.against)), sameCount);
  report(differences, [files.config, files.against], print);
  print(
    `${lines.length} decisions compared, ${differences.length} differ between ${files.config} and ${files.against}`,
  );
  // To differ is what two configurations are compared for, so it is no failure.
  return 0;
}

function redecide(lines: readonly LogLine[], config: AutoscalerConfig): Decision[] {
  const states = new Map<string, State | null>();
  const specs = new Map(config.targets.map((target) => [target.name, targetSpecAt(target)]));
  return lines.map(({ target, input }) => {
    // A state on the line wins: it is there because the lines before do not lead to it.
    const { state = states.get(target) ?? null, ...snapshot } = input;
    // An unknown target throws here, with the names of those there are.
    const specAt = specs.get(target) ?? targetSpecAt(findTarget(config, target));
    const { decision, nextState } = decide(specAt(snapshot.now), state, snapshot);
    states.set(target, nextState);
    return decision;
  });
}

function compare(
  lines: readonly LogLine[],
  ones: readonly Decision[],
  others: readonly Decision[],
  same: (one: Decision, other: Decision) => boolean = identical,
): Difference[] {
  return lines.flatMap(({ target, input }, index) => {
    const [one, other] = [ones[index], others[index]];
    // All lists are of one length; the guard is for the compiler.
    if (one === undefined || other === undefined || same(one, other)) return [];
    return [{ target, at: input.now, one, other }];
  });
}

/** As JSON, since the log is JSON: an absent key and an undefined one are the same. */
const identical = (one: Decision, other: Decision): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));

const sameCount = (one: Decision, other: Decision): boolean => one.desiredReplicas === other.desiredReplicas;

function report(
  differences: readonly Difference[],
  names: readonly [string, string],
  print: (line: string) => void,
): void {
  const told = (decision: Decision): string => `${decision.desiredReplicas} [${decision.reasons.join(", ")}]`;
  for (const { target, at, one, other } of differences) {
    print(
      `${new Date(at * 1000).toISOString()} ${target} at ${one.currentReplicas}: ${names[0]} ${told(one)}, ${names[1]} ${told(other)}`,
    );
  }
}

function parseLog(text: string, file: string): LogLine[] {
  const rows = text.split("\n");
  return rows.flatMap((row, index) => {
    if (row.trim() === "") return [];
    const line = parsed(row);
    if (line === undefined ? isCutOff(rows, index) : isPassedOver(line)) return [];
    const { target, input, decision } = line ?? {};
    if (target !== undefined && input !== undefined && decision !== undefined) return [{ target, input, decision }];
    throw new UsageError(`${file} line ${index + 1}: is no entry of a decision log`);
  });
}

type AnyLine = Partial<LogLine> & { readonly failure?: unknown; readonly note?: unknown };

/** Failed ticks and notes explain a log to its reader; nothing was decided there. */
const isPassedOver = ({ failure, note }: AnyLine): boolean => failure !== undefined || note !== undefined;

/** A killed process leaves half a line; whoever goes on with the log begins with a note. */
function isCutOff(rows: readonly string[], index: number): boolean {
  const next = rows[index + 1];
  return next === undefined || parsed(next)?.note !== undefined;
}

function parsed(row: string): AnyLine | undefined {
  try {
    return (JSON.parse(row) as Partial<LogLine> | null) ?? undefined;
  } catch {
    return undefined;
  }
}
