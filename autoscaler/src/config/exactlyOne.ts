import type { z } from "zod";

/**
 * Refines an object whose keys are alternatives: one has to be there, a second is one too many. Not a union: its error
 * would list the problems of every alternative, of which the reader meant one.
 */
export function exactlyOne(keys: readonly string[]) {
  return (object: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
    const given = keys.filter((key) => object[key] !== undefined);
    if (given.length === 1) return;
    const found = given.length === 0 ? "none of them" : given.join(" and ");
    context.addIssue({ code: "custom", message: `must have exactly one of ${keys.join(", ")}; it has ${found}` });
  };
}
