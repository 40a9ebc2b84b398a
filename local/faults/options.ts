import { parseArgs } from "node:util";
import { faults } from "./catalogue.ts";
import { checks } from "./checks/checks.ts";

export interface FaultsOptions {
  /** Names, or beginnings of them, of faults and checks; empty: all. */
  readonly only: readonly string[];
  /** JSON on standard output in place of tables. */
  readonly json: boolean;
  /** Where the JSON goes besides. */
  readonly output?: string;
  /** Where the page goes besides. */
  readonly page?: string;
  /** Reads a second, and as many executions. */
  readonly perSecond: number;
}

const workable = { fallback: 5, least: 1, most: 100 } as const;

/** What --help prints. */
export const usage = [
  "npm run -s faults -- [options]",
  "  --only NAME,…   faults and checks whose name begins so; all when absent",
  "  --rate N        reads a second, and as many starts of executions (5)",
  "  --json          JSON in place of the tables",
  "  --output FILE   JSON into a file as well",
  "  --page FILE     the page of docs/ as well",
  "",
  ...[...faults, ...checks].map(({ name }) => `  ${name}`),
].join("\n");

/** Whether an item of the tables is asked for. */
export const isWanted = ({ only }: Pick<FaultsOptions, "only">, { name }: { readonly name: string }): boolean =>
  only.length === 0 || only.some((wanted) => name.toLowerCase().startsWith(wanted.toLowerCase()));

/** Reads the command line; "help" when that is asked for. Throws one error that lists every bad option. */
export function readOptions(args: readonly string[]): FaultsOptions | "help" {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { only: text, rate: text, output: text, page: text, json: flag, help: { ...flag, short: "h" } },
  });
  if (values.help === true) return "help";
  const only = (values.only ?? "").split(",").filter((name) => name !== "");
  const perSecond = Number(values.rate ?? workable.fallback);
  const { least, most } = workable;
  const problems = [
    ...only
      .filter((name) => ![...faults, ...checks].some((one) => isWanted({ only: [name] }, one)))
      .map((name) => `--only names nothing that is tried: ${JSON.stringify(name)}`),
    ...(perSecond >= least && perSecond <= most
      ? []
      : [`--rate must be a number from ${least} to ${most}, not ${JSON.stringify(values.rate)}`]),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const { output, page } = values;
  return { only, json: values.json ?? false, perSecond, ...(output && { output }), ...(page && { page }) };
}
