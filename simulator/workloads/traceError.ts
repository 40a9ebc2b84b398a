import { UserError } from "../userError.ts";

/** A wrong column makes every line of it wrong; the first few tell it. */
const maxShown = 20;

/** All that is wrong with a file that a user brought. */
export class TraceError extends UserError {
  /** `problems`: one sentence each, with line, column and value. */
  constructor(file: string, problems: readonly string[]) {
    const shown = problems.slice(0, maxShown).map((problem) => `  ${problem}`);
    const rest = problems.length - shown.length;
    const head = `${file}: ${problems.length} problem${problems.length === 1 ? "" : "s"}`;
    super([head, ...shown, ...(rest > 0 ? [`  … and ${rest} more`] : [])].join("\n"));
    this.name = "TraceError";
  }
}
