import { InvalidArgumentError } from "commander";

/** Reads an option as a number within bounds, both allowed; commander adds the option's name to the error. */
export function numberFrom(least: number, most: number, kind: "whole" | "any" = "any"): (text: string) => number {
  return (text) => {
    // Number("") is 0.
    const value = text.trim() === "" ? NaN : Number(text);
    if (value >= least && value <= most && (kind === "any" || Number.isInteger(value))) return value;
    const noun = kind === "whole" ? "a whole number" : "a number";
    throw new InvalidArgumentError(`must be ${noun} from ${least} to ${most}, not ${JSON.stringify(text)}.`);
  };
}
