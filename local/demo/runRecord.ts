import type { Ledger } from "./ledger.ts";
import type { Job } from "./workload.ts";

/** What somebody who simulates a run has to know of it. Times are seconds from the first job's time; null: unknown. */
export interface RunRecord {
  readonly workers: WorkerRecord;
  /** In the order in which they were asked for. */
  readonly jobs: readonly JobRecord[];
}

/** Of the workers' pods. */
export interface WorkerRecord {
  /** Jobs that one does at the same time. */
  readonly slots: number | null;
  /** Time for what is in flight after SIGTERM. */
  readonly graceSeconds: number | null;
  /** Of each pod that was started in the run: from its first sight to Ready. */
  readonly readinessSeconds: readonly number[];
}

interface JobRecord {
  readonly askedAt: number;
  /** When the gateway had answered: its message is in the queue by then. */
  readonly acceptedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** The work that was asked for, without what a worker does around it. */
  readonly workSeconds: number;
}

/** `begun`: epoch seconds of the first job's time. */
export function recordOf(
  { begun, ledger, jobs }: { readonly begun: number; readonly ledger: Ledger; readonly jobs: readonly Job[] },
  workers: WorkerRecord,
): RunRecord {
  const since = (at: number | undefined): number | null => (at === undefined ? null : at - begun);
  return {
    workers,
    jobs: jobs.flatMap(({ id, workSeconds }) => {
      const { askedAt, acceptedAt, startedAt, finishedAt } = ledger.times(id);
      // A run that was cut short has not asked for all.
      if (askedAt === undefined) return [];
      return {
        ...{ askedAt: askedAt - begun, acceptedAt: since(acceptedAt), startedAt: since(startedAt) },
        ...{ finishedAt: since(finishedAt), workSeconds },
      };
    }),
  };
}
