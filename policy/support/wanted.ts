const longest = 80;

function show(found: unknown): string {
  if (found === undefined) return "not set";
  const text = JSON.stringify(found);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/**
 * The text of a violation: property, value found, value wanted.
 * @param found never a secret: the text reaches logs
 */
export function wanted(property: string, found: unknown, want: string): string {
  return `${property} is ${show(found)}, but must be ${want}`;
}
