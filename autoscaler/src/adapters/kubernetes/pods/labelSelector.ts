/** Key → value; an absent key differs from an empty value. */
export type Labels = Readonly<Record<string, string>>;

type Operator = "In" | "NotIn" | "Exists" | "DoesNotExist";

/** A LabelSelector of meta/v1, as the API tells it. */
export interface SelectorObject {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    /** Not narrowed: a later version of the API may have more operators. */
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** One condition on a label; `values` is empty for the operators that take none. */
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** All of them must hold. Never empty: that would mean every pod of the namespace. */
export type LabelSelector = readonly [Requirement, ...Requirement[]];

/** Of a workload's `spec.selector`; undefined when it selects nothing in particular or has an unknown operator. */
export function toLabelSelector(selector: SelectorObject | undefined): LabelSelector | undefined {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => equals(key, value));
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values }) =>
    // An unknown one is no reason to throw: the workload's count can still be read.
    isOperator(operator) ? { key, operator, values: values ?? [] } : undefined,
  );
  return complete([...labels, ...expressions]);
}

/** Of the text in a Scale's `status.selector`; undefined when it is empty or not understood. Grammar: apimachinery's labels.Parse. */
export function parseLabelSelector(text: string | undefined): LabelSelector | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  // A comma within parentheses separates values.
  return complete(text.split(/,(?![^(]*\))/).map((part) => parseRequirement(part.trim())));
}

/** As the API server matches: an absent label satisfies NotIn and DoesNotExist. */
export function matches(selector: LabelSelector, labels: Labels): boolean {
  return selector.every(({ key, operator, values }) => {
    // A key such as `constructor` must not find what every object inherits.
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case "In":
        return value !== undefined && values.includes(value);
      case "NotIn":
        return value === undefined || !values.includes(value);
      case "Exists":
        return value !== undefined;
      case "DoesNotExist":
        return value === undefined;
    }
  });
}

/** Sets first: their keywords would pass for keys. Last the bare key, which matches the most. */
function parseRequirement(part: string): Requirement | undefined {
  const found = parseSet(part) ?? parseEquality(part) ?? parseExistence(part);
  return found !== undefined && isKey(found.key) && found.values.every(isValue) ? found : undefined;
}

const isKey = (text: string): boolean =>
  /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[a-zA-Z0-9]([-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?$/.test(text);

const isValue = (text: string): boolean => /^([a-zA-Z0-9]([-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?)?$/.test(text);

function parseSet(part: string): Requirement | undefined {
  const [, key, operator, values] = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part) ?? [];
  if (key === undefined || values === undefined) return undefined;
  return { key, operator: operator === "in" ? "In" : "NotIn", values: values.split(",").map((value) => value.trim()) };
}

function parseEquality(part: string): Requirement | undefined {
  const [, key, sign, value] = /^([^\s!=<>]+)\s*(==?|!=)\s*([^\s!=<>]*)$/.exec(part) ?? [];
  if (key === undefined || value === undefined) return undefined;
  return { key, operator: sign === "!=" ? "NotIn" : "In", values: [value] };
}

function parseExistence(part: string): Requirement | undefined {
  const [, negation, key] = /^(!?)\s*([^\s!=<>()]+)$/.exec(part) ?? [];
  if (key === undefined) return undefined;
  return { key, operator: negation === "!" ? "DoesNotExist" : "Exists", values: [] };
}

function equals(key: string, value: string): Requirement {
  return { key, operator: "In", values: [value] };
}

/** One requirement that is not understood makes the whole selector unknown: without it too many pods would match. */
function complete(requirements: readonly (Requirement | undefined)[]): LabelSelector | undefined {
  const known = requirements.filter((requirement) => requirement !== undefined);
  const [first, ...others] = known;
  return first === undefined || known.length < requirements.length ? undefined : [first, ...others];
}

function isOperator(text: string): text is Operator {
  return ["In", "NotIn", "Exists", "DoesNotExist"].includes(text);
}
