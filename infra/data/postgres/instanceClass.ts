import type { Resources } from "../../sizing.ts";

interface InstanceClass extends Resources {
  readonly name: string;
}

/**
 * Cores and GiB of the classes for PostgreSQL 17, the cheapest first (aws.amazon.com/rds/instance-types, Graviton).
 * t4g is the only one with 4 GiB: its processor is shared, and what it runs short of is paid by credits.
 */
const instanceClasses: readonly InstanceClass[] = [
  { name: "db.t4g.medium", cpu: 2, memoryGi: 4 },
  { name: "db.m7g.large", cpu: 2, memoryGi: 8 },
  { name: "db.r7g.large", cpu: 2, memoryGi: 16 },
  { name: "db.m7g.xlarge", cpu: 4, memoryGi: 16 },
  { name: "db.r7g.xlarge", cpu: 4, memoryGi: 32 },
  { name: "db.m7g.2xlarge", cpu: 8, memoryGi: 32 },
  { name: "db.r7g.2xlarge", cpu: 8, memoryGi: 64 },
  { name: "db.m7g.4xlarge", cpu: 16, memoryGi: 64 },
  { name: "db.r7g.4xlarge", cpu: 16, memoryGi: 128 },
  { name: "db.m7g.8xlarge", cpu: 32, memoryGi: 128 },
];

/**
 * The cheapest class that has the cores and the memory.
 * @throws {RangeError} where none has
 */
export function instanceClassFor({ cpu, memoryGi }: Resources): string {
  const fits = instanceClasses.find((one) => one.cpu >= cpu && one.memoryGi >= memoryGi);
  if (fits !== undefined) return fits.name;
  throw new RangeError(`postgres: no instance class has ${cpu} cores and ${memoryGi} GiB, the largest has 32 and 128`);
}
