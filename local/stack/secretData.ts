import type { StackObject } from "./objects.ts";

interface Secret extends StackObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

/** A Secret as the API server stores it: of `stringData` an apply would remember no owner, and never remove a key. */
export function withStoredData(object: StackObject): StackObject {
  if (object.kind !== "Secret") return object;
  const { stringData = {}, data = {}, ...rest } = object as Secret;
  const encoded: Record<string, string> = { ...data };
  for (const [key, value] of Object.entries(stringData)) encoded[key] = Buffer.from(value).toString("base64");
  return { ...rest, data: encoded } as Secret;
}
