import { randomBytes, randomInt } from "node:crypto";
import type { Generated, Inputs } from "./generated.ts";

/** Classes of characters as the provider has them: input that allows one, input for its least number, letters. */
const classes = [
  { allowed: "lower", least: "minLower", letters: "abcdefghijklmnopqrstuvwxyz" },
  { allowed: "upper", least: "minUpper", letters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { allowed: "numeric", least: "minNumeric", letters: "0123456789" },
  { allowed: "special", least: "minSpecial", letters: "!@#$%&*()-_=+[]{}<>:?" },
] as const;

/** A RandomPassword: so long, of the classes that it may have, with the least number of each. */
export function randomPassword(inputs: Inputs): Generated {
  const allowed = classes
    .filter((one) => inputs[one.allowed] !== false)
    .map((one) => ({ ...one, letters: lettersOf(one, inputs) }));
  const all = allowed.map(({ letters }) => letters).join("");
  const needed = allowed.flatMap(({ least, letters }) => pick(letters, Number(inputs[least] ?? 0)));
  const rest = pick(all, Number(inputs["length"]) - needed.length);
  return { outputs: { result: shuffled([...needed, ...rest]).join("") } };
}

function lettersOf({ allowed, letters }: (typeof classes)[number], { overrideSpecial }: Inputs): string {
  return allowed === "special" && typeof overrideSpecial === "string" ? overrideSpecial : letters;
}

const pick = (letters: string, count: number): string[] =>
  Array.from({ length: Math.max(0, count) }, () => letters.charAt(randomInt(letters.length)));

/** Each order is as likely as any other, so that nobody knows where the needed ones stand. */
function shuffled(items: readonly string[]): string[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [copy[last], copy[other]] = [copy[other] ?? "", copy[last] ?? ""];
  }
  return copy;
}

/** RandomBytes. */
export function randomBase64AndHex({ length }: Inputs): Generated {
  const bytes = randomBytes(Number(length));
  return { outputs: { base64: bytes.toString("base64"), hex: bytes.toString("hex") } };
}
