/** One statement of an IAM policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, unknown>>;
  readonly Action: string | readonly string[];
  /** Absent in trust policies. ARNs may be Outputs where the document is made by `pulumi.jsonStringify`. */
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** IAM policy document of statements whose values are all plain. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
