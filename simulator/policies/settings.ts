/** What a setting may be: `least` itself only where `inclusive`. */
export interface Range {
  readonly value: number | undefined;
  readonly least: number;
  readonly inclusive?: boolean;
}

/** Throws a RangeError that lists all settings of a policy outside their range; absent ones have defaults that are inside. */
export function checkSettings(policy: string, settings: Readonly<Record<string, Range>>): void {
  const problems = Object.entries(settings).flatMap(([name, { value, least, inclusive = false }]) => {
    if (value === undefined || (Number.isFinite(value) && (value > least || (inclusive && value === least)))) return [];
    return [`${policy}: ${name} must be ${inclusive ? "at least" : "above"} ${least}, not ${value}`];
  });
  if (problems.length > 0) throw new RangeError(problems.join("; "));
}
