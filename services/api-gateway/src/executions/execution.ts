/** `pending` until a worker begins; the last two are final. */
export type ExecutionStatus = "pending" | "running" | "succeeded" | "failed";

/** An execution as the API shows it. Times are ISO 8601, null until they come. */
export interface Execution {
  readonly id: string;
  readonly workflowId: string;
  readonly status: ExecutionStatus;
  /** Why it failed. */
  readonly error: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** What a caller asks for; the id is the caller's own where it brings one, so that it can ask again. */
export interface NewExecution {
  readonly id: string;
  readonly workflowId: string;
  readonly userId: string;
  readonly input: Readonly<Record<string, unknown>>;
}
