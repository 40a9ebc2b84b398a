/** Connections to PostgreSQL, counted before anybody makes them. Pure. */

/** The strategy's pool, and what else connects. */
export const poolLimits = {
  /** Server connections of one PgBouncer to one database for one user. */
  perInstance: 20,
  /** Server connections of all PgBouncers to one database. */
  all: 100,
  /** n8n connects by itself: so many from each of its processes. */
  perN8nProcess: 5,
  /** Kept for superusers, replication, migrations and the exporter. */
  reserved: 25,
} as const;

/** Bytes of memory that RDS counts for one connection, and the most it allows: LEAST({DBInstanceClassMemory/9531392},5000), its default parameter. */
const rds = { bytesPerConnection: 9_531_392, most: 5000 } as const;

/** max_connections of an RDS instance of so much memory, GiB, where its parameter group leaves the default. */
export function maxConnections(memoryGi: number): number {
  return Math.min(rds.most, Math.floor((memoryGi * 2 ** 30) / rds.bytesPerConnection));
}

export interface Pools {
  /** Of PgBouncer. */
  readonly replicas: number;
  /** Server connections of each to one database for one user. */
  readonly poolSize: number;
}

/** Most server connections of one PgBouncer to one database, so that all together stay within the strategy's 100. */
export const connectionsEach = (replicas: number): number => Math.floor(poolLimits.all / replicas);

export interface PoolProblem {
  readonly path: string;
  readonly message: string;
}

/** Why these pools do not fit a database whose instances have so much memory, GiB; empty when they do. */
export function poolProblems({ replicas, poolSize }: Pools, memoryGi: number): PoolProblem[] {
  const { all, reserved } = poolLimits;
  const problems: PoolProblem[] = [];
  const sum = replicas * poolSize;
  if (sum > all) {
    const message = `must be at most ${connectionsEach(replicas)}: ${replicas} replicas x ${poolSize} = ${sum}, beyond ${all} connections`;
    problems.push({ path: "pgbouncer.poolSize", message });
  }
  // Without a replica both databases of PgBouncer are the primary.
  const wanted = 2 * sum + reserved;
  const allowed = maxConnections(memoryGi);
  if (wanted > allowed) {
    const message = `asks for ${wanted} connections (2 databases x ${replicas} x ${poolSize} + ${reserved}), beyond max_connections ${allowed} of ${memoryGi} GiB`;
    problems.push({ path: "pgbouncer", message });
  }
  return problems;
}
