import { readFileSync } from "node:fs";

/** What one process has used so far and uses now. */
export interface ProcessUsage {
  /** User and system time since its start. */
  readonly cpuSeconds: number;
  /** Resident memory now, in MiB, shared pages included. */
  readonly rssMegabytes: number;
  /** The highest resident memory since its start. */
  readonly peakMegabytes: number;
}

/** Reads /proc; throws when the process is gone. */
export function processUsage(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (key: string): number => Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return {
    // Fields 14 and 15, which Linux counts in hundredths.
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    rssMegabytes: megabytes("VmRSS"),
    peakMegabytes: megabytes("VmHWM"),
  };
}
