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

/** The calendar of PostgreSQL has no year 0. */
const cursorForm =
  /^(?<createdAt>(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Undefined for a text that no page has given out. */
export function decodeCursor(text: string): Cursor | undefined {
  const { createdAt, id } = cursorForm.exec(Buffer.from(text, "base64url").toString("latin1"))?.groups ?? {};
  return createdAt !== undefined && id !== undefined && exists(createdAt) ? { createdAt, id } : undefined;
}

/** PostgreSQL refuses a day that its month has not; JavaScript takes the 30th of February for a day in March. */
function exists(time: string): boolean {
  const date = new Date(time);
  // Up to the milliseconds: it has no more.
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 23) === time.slice(0, 23);
}
