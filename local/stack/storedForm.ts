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

// No rules are the same as an empty list of them, where `policyTypes` says that they are meant.
function withoutEmptyRules(object: StackObject): StackObject {
  const { spec } = object as NetworkPolicy;
  if (spec["policyTypes"] === undefined) return object;
  const kept = Object.entries(spec).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return { ...object, spec: Object.fromEntries(kept) } as NetworkPolicy;
}
