import { UserError } from "../userError.ts";

/** The part of a demo's report that its twin needs. Times are seconds from the first job's time; null: unknown. */
export interface DemoReport {
  /** ISO 8601, of the first job's time. */
  readonly startedAt: string;
  /** `readinessDelaySeconds`: of fake pods. */
  readonly options: {
    readonly trace: string;
    readonly maxWaitSeconds: number;
    readonly readinessDelaySeconds?: number;
  };
  readonly pods: { readonly podSeconds: number };
  readonly timeline: readonly DemoSample[];
  readonly record: {
    readonly workers: {
      readonly slots: number | null;
      readonly graceSeconds: number | null;
      readonly readinessSeconds: readonly number[];
    };
    readonly jobs: readonly DemoJob[];
  };
}

export interface DemoSample {
  readonly at: number;
  readonly readyReplicas: number;
  readonly desiredReplicas: number | null;
}

/** In the order in which they were asked for. */
export interface DemoJob {
  readonly askedAt: number;
  readonly acceptedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** The work that was asked for, without what a worker does around it. */
  readonly workSeconds: number;
}

/** Reads a report. Throws a UserError for what is none, and for one of before jobs were recorded. */
export function parseDemoReport(text: string, file: string): DemoReport {
  const report = objectOf(text);
  if (report?.options === undefined || report.timeline === undefined)
    throw new UserError(`${file} is no report of a demo`);
  if (report.record === undefined)
    throw new UserError(`${file} does not tell its jobs: it was written by an older demo, and has no twin`);
  if (!report.record.jobs.some(({ startedAt }) => startedAt !== null) || report.timeline.length === 0)
    throw new UserError(`${file} has no job that was begun, or no sample of its replicas: there is nothing to compare`);
  return report as DemoReport;
}

function objectOf(text: string): Partial<DemoReport> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
