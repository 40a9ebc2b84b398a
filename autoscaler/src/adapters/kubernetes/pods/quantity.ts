// The library's parser is not part of its index.
import { quantityToScalar } from "@kubernetes/client-node/dist/util.js";

/** A Kubernetes quantity as a number: cores or bytes. Throws on text that is none; the API server answers in canonical form only. */
export function parseQuantity(quantity: string): number {
  // Exact beyond what a number holds, which no count of cores or bytes needs.
  const value = Number(quantityToScalar(quantity));
  if (quantity === "" || !Number.isFinite(value)) throw new Error(`"${quantity}" is no quantity`);
  return value;
}

const unitSeconds = new Map([
  ["h", 3600],
  ["m", 60],
  ["s", 1],
  ["ms", 1e-3],
  ["us", 1e-6],
  ["µs", 1e-6],
  ["ns", 1e-9],
]);

/** A Go duration, such as "1m0.5s", in seconds. Throws on text that is none. */
export function parseDuration(duration: string): number {
  // Checked as a whole: the search below would pass over what it does not know.
  if (!/^(\d+(\.\d+)?(h|m|s|ms|us|µs|ns))+$/.test(duration)) throw new Error(`"${duration}" is no duration`);
  let seconds = 0;
  for (const [, amount, unit] of duration.matchAll(/([\d.]+)([a-zµ]+)/g))
    seconds += Number(amount) * (unitSeconds.get(unit ?? "") ?? NaN);
  return seconds;
}
