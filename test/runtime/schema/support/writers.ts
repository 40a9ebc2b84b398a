import { randomUUID } from "node:crypto";
import { Client } from "pg";

export interface Written {
  readonly id: string;
  readonly createdAt: Date;
}

export interface Writers {
  /** Rows whose insert was confirmed so far. */
  readonly written: readonly Written[];
  readonly errors: readonly Error[];
  /** Milliseconds that the slowest insert took. */
  slowest(): number;
  /** May be called twice: by the test, and after it in any case. */
  stop(): Promise<void>;
}

/** Inserts rows of audit_logs without a pause, each on a connection of its own, at the times that `at` gives. */
export async function startWriters(url: string, count: number, at: (writer: number) => Date): Promise<Writers> {
  const written: Written[] = [];
  const errors: Error[] = [];
  let slowest = 0;
  let stopped = false;
  const clients = await Promise.all(
    Array.from({ length: count }, async () => {
      const client = new Client({ connectionString: url });
      client.on("error", () => undefined);
      await client.connect();
      return client;
    }),
  );
  const insert =
    "insert into audit_logs (id, created_at, user_id, action, entity) values ($1, $2, $3, 'ran', 'workflow')";
  const write = async (client: Client, writer: number): Promise<void> => {
    while (!stopped) {
      const row = { id: randomUUID(), createdAt: at(writer) };
      const started = performance.now();
      try {
        await client.query(insert, [row.id, row.createdAt, randomUUID()]);
        written.push(row);
      } catch (error) {
        // One is a failure of the test already.
        errors.push(error as Error);
        return;
      }
      slowest = Math.max(slowest, performance.now() - started);
    }
  };
  const running = clients.map(write);
  return {
    written,
    errors,
    slowest: () => slowest,
    async stop() {
      stopped = true;
      await Promise.all(running);
      await Promise.all(clients.splice(0).map((client) => client.end()));
    },
  };
}
