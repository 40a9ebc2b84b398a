/** Takes a problem of the cell; whoever complains answers undefined. */
export type Complain = (problem: string) => void;

const date =
  /^(?<day>\d{4}-\d{2}-\d{2})[T ](?<minute>\d{2}:\d{2})(:(?<second>\d{2})([.,](?<fraction>\d+))?)?(?<zone>Z|[+-]\d{2}:?\d{2})?$/;

/** Seconds; a date's are those since 1970. Unlike Date, which stops at milliseconds, it keeps every digit. */
export function timeOf(cell: string, kind: "date" | "seconds", complain: Complain): number | undefined {
  const seconds = kind === "date" ? dateSeconds(cell) : plainNumber(cell);
  if (seconds !== undefined) return seconds;
  const wanted = kind === "date" ? "a date such as 2026-01-31T12:00:00Z" : "seconds, or ISO 8601 in every line";
  complain(`time must be ${wanted}, not ${JSON.stringify(cell)}`);
  return undefined;
}

/** Seconds of work, or a number of jobs, which may be a mean and then need not be whole. */
export function amountOf(name: "service" | "count", cell: string, complain: Complain): number | undefined {
  const value = plainNumber(cell);
  // 1e999 is Infinity.
  if (value !== undefined && value >= 0 && Number.isFinite(value)) return value;
  complain(`${name} must be a number of at least 0, not ${JSON.stringify(cell)}`);
  return undefined;
}

function plainNumber(cell: string): number | undefined {
  // Number("") is 0, and Number("0x10") is 16.
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : undefined;
}

function dateSeconds(cell: string): number | undefined {
  const groups = date.exec(cell)?.groups;
  if (groups === undefined) return undefined;
  const { day = "", minute = "", second = "00", fraction = "0", zone = "Z" } = groups;
  const milliseconds = Date.parse(`${day}T${minute}:${second}${zone.replace(/(\d{2})(\d{2})$/, "$1:$2")}`);
  // Date takes 31 February for 3 March.
  const isDay = new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(8));
  return isDay && Number.isFinite(milliseconds) ? milliseconds / 1000 + Number(`0.${fraction}`) : undefined;
}
