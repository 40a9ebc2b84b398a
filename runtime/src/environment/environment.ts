import { readFileSync } from "node:fs";

/** As `process.env`, but given, so that tests need not change the process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads settings one by one and keeps account of everything that is wrong with them. */
export class Environment {
  readonly #variables: Variables;
  readonly #problems: string[] = [];

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** A required text, unless there is a fallback. */
  text(key: string, fallback?: string): string {
    const value = this.#variables[key] ?? fallback;
    if (value === undefined || value === "") this.problem(`${key} is required`);
    return value ?? "";
  }

  /** Undefined where the variable is absent or empty. */
  optional(key: string): string | undefined {
    const value = this.#variables[key];
    return value === "" ? undefined : value;
  }

  /** A whole number within the bounds; an empty text is an error, since a template that lost its value should show. */
  whole(key: string, bounds: readonly [lowest: number, highest: number], fallback?: number): number {
    const [lowest, highest] = bounds;
    const value = this.#variables[key] ?? fallback?.toString() ?? "";
    const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (number >= lowest && number <= highest) return number;
    this.problem(`${key} must be a whole number from ${lowest} to ${highest}, not ${JSON.stringify(value)}`);
    return fallback ?? lowest;
  }

  oneOf<Value extends string>(key: string, values: readonly Value[], fallback: Value): Value {
    const value = this.#variables[key] ?? fallback;
    const found = values.find((one) => one === value);
    if (found === undefined) this.problem(`${key} must be one of ${values.join(", ")}, not ${JSON.stringify(value)}`);
    return found ?? fallback;
  }

  /** The content of the file that the variable names, without a line feed at its end, as editors and kubectl leave one. */
  file(key: string): string {
    const path = this.text(key);
    if (path === "") return "";
    try {
      return readFileSync(path, "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      // The path is no secret, the content would be.
      const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
      this.problem(`${key} names the file ${path}, which cannot be read: ${code}`);
      return "";
    }
  }

  /** Whoever reads a value may know more about it than its form. */
  problem(text: string): void {
    this.#problems.push(text);
  }

  /** Throws one error with every problem found so far; call it once, after everything has been read. */
  check(): void {
    if (this.#problems.length > 0) throw new Error(`bad environment:\n  ${this.#problems.join("\n  ")}`);
  }
}
