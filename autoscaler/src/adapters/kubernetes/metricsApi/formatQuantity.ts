/**
 * A number as a Kubernetes quantity, in thousandths where it is no whole number: the HPA looks no closer. Throws on what is
 * no finite number, which must not reach it as 0.
 */
export function formatQuantity(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} is no quantity`);
  const thousandths = Math.round(value * 1000);
  // From 10^18 on a number would be written with an exponent, and Go holds quantities in 63 bits.
  if (!Number.isSafeInteger(thousandths)) throw new Error(`${value} is too large for a quantity`);
  return thousandths % 1000 === 0 ? String(thousandths / 1000 + 0) : `${thousandths}m`;
}
