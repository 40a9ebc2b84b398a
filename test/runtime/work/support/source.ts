import { Pool, type PoolConfig } from "pg";
import type { ConnectionSource } from "../../../../runtime/src/work/index.ts";

/** A pool as a source of connections, which counts what came back and how. */
export interface PooledSource extends ConnectionSource {
  readonly pool: Pool;
  /** For each connection that came back: whether it was closed. */
  readonly released: boolean[];
}

export function pooledSource(config: PoolConfig): PooledSource {
  const pool = new Pool({ max: 2, ...config });
  // A server that goes breaks idle connections, which is no failure of the test.
  pool.on("error", () => undefined);
  const released: boolean[] = [];
  return {
    pool,
    released,
    async acquire() {
      const client = await pool.connect();
      return {
        client,
        release(error) {
          released.push(error !== undefined);
          client.release(error);
        },
      };
    },
  };
}
