import assert from "node:assert/strict";
import fc from "fast-check";
import { formatQuantity } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/formatQuantity.ts";
import { matches, parseLabelSelector } from "../../../../autoscaler/src/adapters/kubernetes/pods/labelSelector.ts";
import { parseQuantity } from "../../../../autoscaler/src/adapters/kubernetes/pods/quantity.ts";

describe("the metrics API, whatever it is given", () => {
  it("tells a rate that is read back to a thousandth", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
        assert.ok(Math.abs(parseQuantity(formatQuantity(value)) - value) <= 0.000_501);
      }),
    );
  });

  it("selects as the words of a selector say", () => {
    const label = fc.constantFrom("a", "b", "c");
    const labels = fc.dictionary(label, label);
    fc.assert(
      fc.property(labels, label, fc.uniqueArray(label, { minLength: 1 }), (given, key, values) => {
        const judged = (text: string): boolean => matches(parseLabelSelector(text)!, given);
        const has = Object.hasOwn(given, key);
        const isIn = has && values.includes(given[key]!);
        assert.equal(judged(`${key} in (${values.join(",")})`), isIn);
        assert.equal(judged(`${key} notin (${values.join(",")})`), !isIn);
        assert.equal(judged(key), has);
        assert.equal(judged(`!${key}`), !has);
        assert.equal(judged(`${key}=${values[0]!}`), has && given[key] === values[0]);
      }),
    );
  });
});
