// Label values may hold braces and escaped quotes, so the closing brace is sought outside of quotes.
const labelSet = /^\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}/;

/**
 * Sum of all samples of one name on a page in Prometheus' text format (0.0.4) or OpenMetrics; timestamps and exemplars are passed over.
 * 0 when the page declares the family without a sample (a labelled counter before its first event), undefined when it does not know it.
 * Throws on a line of that name that cannot be read.
 */
export function sumOfSamples(page: string, sample: string, family: string): number | undefined {
  let sum: number | undefined;
  for (const line of page.split("\n")) {
    if (isTypeOf(line, family)) sum ??= 0;
    if (!line.startsWith(sample)) continue;
    const rest = line.slice(sample.length);
    // Another metric whose name only begins the same.
    if (!/^[\s{]/.test(rest)) continue;
    sum = (sum ?? 0) + valueOf(rest, sample);
  }
  return sum;
}

/** OpenMetrics declares a counter without the suffix of its samples. */
function isTypeOf(line: string, family: string): boolean {
  const [hash, keyword, name] = line.split(/\s+/, 3);
  return hash === "#" && keyword === "TYPE" && (name === family || `${name ?? ""}_total` === family);
}

function valueOf(rest: string, sample: string): number {
  // What follows the value is a time or an exemplar.
  const text = rest.trimStart().replace(labelSet, "").trim().split(/\s+/, 1)[0] ?? "";
  const value = text === "" ? NaN : Number(text);
  // A counter is never negative or NaN; a summary without observations has NaN quantiles, but its count is 0.
  if (!Number.isFinite(value) || value < 0) throw new Error(`${sample} is ${text === "" ? "without a value" : text}`);
  return value;
}
