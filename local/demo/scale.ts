/** One change of a count that the API server accepted. */
export interface Scale {
  /** Epoch seconds. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** Why, in the words of whoever changed it. */
  readonly reason: string;
}

/** What stands in the brackets of the autoscaler's sentence: its beginning is in the figures already. */
export const reasonOf = (explanation: string): string => /\((.*)\)$/s.exec(explanation)?.[1] ?? explanation;
