/** A workflow as the API shows it. */
export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly isActive: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** One page, newest first; `next` leads to the following one and is null on the last. */
export interface WorkflowPage {
  readonly workflows: readonly Workflow[];
  readonly next: string | null;
}

/** Where a page ends: the workflow shown last. */
export interface Cursor {
  /** As PostgreSQL writes it: a JavaScript date would lose the microseconds. */
  readonly createdAt: string;
  readonly id: string;
}

export const encodeCursor = ({ createdAt, id }: Cursor): string =>
  Buffer.from(`${createdAt} ${id}`).toString("base64url");

const cursorForm =
  /^(?<createdAt>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Undefined for a text that no page has given out. */
export function decodeCursor(text: string): Cursor | undefined {
  const { createdAt, id } = cursorForm.exec(Buffer.from(text, "base64url").toString("latin1"))?.groups ?? {};
  // A day that no month has would come back from PostgreSQL as an error of ours.
  const known = createdAt !== undefined && id !== undefined && !Number.isNaN(Date.parse(createdAt));
  return known ? { createdAt, id } : undefined;
}
