import type { ExecutionStore, Standing } from "../../../../services/api-gateway/src/executions/executionStore.ts";

type StartStore = Pick<ExecutionStore, "insert" | "standing" | "confirm" | "failUnqueued" | "reopen">;

/** Rows as the statements keep them, and a broker with one worker. Every statement is preceded by a turn. */
export function fakeExecutions(turn: (statement: string) => Promise<void> = () => Promise.resolve()) {
  const rows = new Map<string, { -readonly [Key in keyof Standing]: Standing[Key] }>();
  const messages: string[] = [];
  const refused = (row: Standing): boolean => row.status === "failed" && !row.begun;
  const store: StartStore = {
    async insert({ id, workflowId }, attempt) {
      await turn("insert");
      const row = rows.get(id) ?? { workflowId, status: "pending", begun: false, attempt };
      rows.set(id, row);
      return { ...row };
    },
    async standing(id) {
      await turn("standing");
      const row = rows.get(id);
      return row && { ...row };
    },
    async confirm(id, attempt) {
      await turn("confirm");
      const row = rows.get(id);
      if (row?.attempt !== attempt || refused(row)) return false;
      row.attempt = null;
      return true;
    },
    async failUnqueued(id, attempt) {
      await turn("fail");
      const row = rows.get(id);
      if (row?.attempt !== attempt || row.status !== "pending") return false;
      row.status = "failed";
      return true;
    },
    async reopen(id, attempt) {
      await turn("reopen");
      const row = rows.get(id);
      if (row === undefined || !refused(row)) return false;
      Object.assign(row, { status: "pending", attempt });
      return true;
    },
  };
  return {
    store: store as ExecutionStore,
    rows,
    messages,
    /** The worker takes one message: it begins what is pending and throws away the message of what has ended. */
    work: (): void => {
      const row = rows.get(messages.shift() ?? "");
      if (row?.status === "pending") Object.assign(row, { status: "running", begun: true });
    },
  };
}
