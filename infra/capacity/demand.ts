/** What so many users ask of the platform. Pure; every figure per user is the scalability strategy's. */

/** Linear in the number of users. */
export const perUser = {
  storageMB: 100,
  workflows: 10,
  executionsPerMonth: 1000,
  aiTokensPerMonth: 100_000,
  apiRequestsPerDay: 500,
} as const;

/** What the strategy leaves open, each with its reason. */
export const assumptions = {
  /** Peak minute against the mean: office hours of one time zone (x 3), the morning within them (x 1.7), and a burst (x 2). */
  peakFactor: 10,
  daysPerMonth: 30,
  /** Mean time of one execution on a worker. */
  executionSeconds: 2,
  /** Executions that one worker pod runs at a time: its prefetch. */
  executionsPerWorker: 10,
  /** Multiple of the square root of the offered load that is kept on top: about every fifth execution waits at the peak. */
  staffing: 1,
} as const;

export interface Demand {
  readonly users: number;
  readonly storageGi: number;
  readonly workflows: number;
  readonly aiTokensPerMonth: number;
  /** In the peak minute, as are the executions. */
  readonly requestsPerSecond: number;
  readonly executionsPerSecond: number;
  readonly workers: number;
}

const secondsPerDay = 86_400;
const bytesPerMB = 1e6;
const bytesPerGi = 2 ** 30;

/** The demand of `users` users; a whole number from 1. */
export function demandOf(users: number): Demand {
  const { peakFactor, daysPerMonth } = assumptions;
  const executionsPerSecond = ((users * perUser.executionsPerMonth) / (daysPerMonth * secondsPerDay)) * peakFactor;
  return {
    users,
    storageGi: (users * perUser.storageMB * bytesPerMB) / bytesPerGi,
    workflows: users * perUser.workflows,
    aiTokensPerMonth: users * perUser.aiTokensPerMonth,
    requestsPerSecond: ((users * perUser.apiRequestsPerDay) / secondsPerDay) * peakFactor,
    executionsPerSecond,
    workers: workersFor(executionsPerSecond),
  };
}

/**
 * Worker pods for an arrival rate: square-root staffing, c = R + β√R servers for an offered load R = λ × service time
 * (Halfin and Whitt, Operations Research 29, 1981), each pod being as many servers as it runs executions at a time.
 */
export function workersFor(executionsPerSecond: number): number {
  const { executionSeconds, executionsPerWorker, staffing } = assumptions;
  const load = executionsPerSecond * executionSeconds;
  return Math.max(1, Math.ceil((load + staffing * Math.sqrt(load)) / executionsPerWorker));
}
