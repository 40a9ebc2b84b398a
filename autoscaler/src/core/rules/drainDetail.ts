import type { Known, Moment } from "../drain/memory.ts";
import type { Size } from "../drain/size.ts";
import { figure } from "./context.ts";

/** What the sentence of a drain rule tells. */
export interface Told {
  readonly moment: Pick<Moment, "rule" | "readyReplicas" | "readinessDelaySeconds">;
  readonly known: Pick<Known, "oldest" | "oldestKnown">;
  readonly observed: {
    readonly backlog: { readonly waiting: number };
    readonly arrivals: { readonly burst: number };
    readonly serviceRate: number;
  };
  readonly sized: Size;
  readonly starting: number;
}

/** One sentence with the figures, enough to check the arithmetic at night. */
export function detailOf({ moment, known, observed, sized, starting }: Told): string {
  const { rule, readyReplicas, readinessDelaySeconds } = moment;
  const { backlog, arrivals, serviceRate } = observed;
  const age = `, the oldest for ${figure(known.oldest)} s${known.oldest < known.oldestKnown ? "" : " or more"}`;
  return (
    `${figure(arrivals.burst)} jobs/s at ${rateFigure(serviceRate)} a replica, ${figure(backlog.waiting)} wait` +
    `${backlog.waiting > 0 ? age : ""} of ${figure(rule.maxWaitSeconds)} s, ${readyReplicas} ready` +
    `${starting > 0 ? ` and ${starting} starting` : ""}, a start takes ${figure(readinessDelaySeconds)} s: ${sized.needed}` +
    (sized.why === undefined ? "" : `, but ${sized.why}: ${sized.replicas}`)
  );
}

/** Long jobs have small rates: one decimal would be 0. */
const rateFigure = (rate: number): string => (rate >= 10 ? figure(rate) : String(Number(rate.toPrecision(2))));
