/** A statement of an IAM document with its lists as lists; absent parts are empty. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface RawStatement {
  Effect?: string;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

function listOf<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** @param document the JSON text or the object, as the provider takes both */
export function statementsOf(document: unknown): Statement[] {
  const { Statement } = (typeof document === "string" ? JSON.parse(document) : (document ?? {})) as {
    Statement?: RawStatement | RawStatement[];
  };
  return listOf(Statement).map((raw) => ({
    effect: raw.Effect ?? "",
    actions: listOf(raw.Action),
    resources: listOf(raw.Resource),
    condition: raw.Condition ?? {},
  }));
}
