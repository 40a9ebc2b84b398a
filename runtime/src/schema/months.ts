/** A month of UTC; as a value it is compared and counted by `index`. */
export interface Month {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
}

/** Months since year 0, so that neighbours differ by one. */
const indexOf = ({ year, month }: Month): number => year * 12 + month - 1;

const fromIndex = (index: number): Month => ({ year: Math.floor(index / 12), month: (index % 12) + 1 });

/** The month in which an instant lies. */
export const monthOf = (instant: Date): Month => ({
  year: instant.getUTCFullYear(),
  month: instant.getUTCMonth() + 1,
});

/** The month so many later; earlier when the count is negative. */
export const addMonths = (month: Month, count: number): Month => fromIndex(indexOf(month) + count);

/** Negative when the first is earlier, 0 when they are the same. */
export const compareMonths = (one: Month, other: Month): number => indexOf(one) - indexOf(other);

/** The month and those that follow. */
export const monthsFrom = (first: Month, count: number): Month[] =>
  Array.from({ length: count }, (_, offset) => addMonths(first, offset));

const digits = (value: number, length: number): string => value.toString().padStart(length, "0");

/** The first instant, with its zone: the session's own plays no part. */
export const startOf = ({ year, month }: Month): string => `${digits(year, 4)}-${digits(month, 2)}-01T00:00:00Z`;

/** The first instant that is no longer in it. */
export const endOf = (month: Month): string => startOf(addMonths(month, 1));

/** `2026_11`, as names of partitions end. */
export const suffixOf = ({ year, month }: Month): string => `${digits(year, 4)}_${digits(month, 2)}`;

/** Undefined where the text is no month. */
export function parseSuffix(suffix: string): Month | undefined {
  const [, year, month] = /^(\d{4})_(0[1-9]|1[0-2])$/.exec(suffix) ?? [];
  return year === undefined || month === undefined ? undefined : { year: Number(year), month: Number(month) };
}
