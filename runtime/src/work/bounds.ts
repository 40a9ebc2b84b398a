/** One option that is a whole number, and what it may be. */
export interface Bound {
  readonly name: string;
  readonly value: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Throws a RangeError that names the function, the option, its bounds and the value. */
export function checkWhole(caller: string, { name, value, lowest, highest }: Bound): void {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return;
  throw new RangeError(`${caller}: ${name} must be a whole number from ${lowest} to ${highest}, not ${String(value)}`);
}
