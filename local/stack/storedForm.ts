import type { StackObject } from "./objects.ts";

/** The object in the form in which the API server stores it: any other would be written anew at every apply. */
export function inStoredForm(object: StackObject): StackObject {
  if (object.kind === "Secret") return withoutStringData(object);
  return object.kind === "NetworkPolicy" ? withoutEmptyRules(object) : object;
}

interface Secret extends StackObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

// Of `stringData` an apply would remember no owner either, and never remove a key.
function withoutStringData(object: StackObject): StackObject {
  const { stringData = {}, data = {}, ...rest } = object as Secret;
  const encoded: Record<string, string> = { ...data };
  for (const [key, value] of Object.entries(stringData)) encoded[key] = Buffer.from(value).toString("base64");
  return { ...rest, data: encoded } as Secret;
}

interface NetworkPolicy extends StackObject {
  readonly spec: Readonly<Record<string, unknown>>;
}

// No rules are the same as an empty list of them, where `policyTypes` says that they are meant. In a rule an empty list
// of peers or ports allows all of them, as none does.
function withoutEmptyRules(object: StackObject): StackObject {
  const { spec } = object as NetworkPolicy;
  if (spec["policyTypes"] === undefined) return object;
  const kept = Object.entries(withoutEmptyLists(spec)).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.map((rule: unknown) => (isRecord(rule) ? withoutEmptyLists(rule) : rule)) : value,
  ]);
  return { ...object, spec: Object.fromEntries(kept) as Record<string, unknown> } as NetworkPolicy;
}

function withoutEmptyLists(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
