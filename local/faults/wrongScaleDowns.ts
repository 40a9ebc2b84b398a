/** As much of an entry of the autoscaler's decision log as is judged here. */
export interface LoggedDecision {
  /** Epoch seconds. */
  readonly input: { readonly now: number };
  readonly outcome: string;
  readonly decision: {
    readonly currentReplicas: number;
    readonly desiredReplicas: number;
    readonly proposals: readonly { readonly rule: string; readonly replicas: number | null }[];
    readonly signals: Readonly<Record<string, { readonly kind: string }>>;
    readonly bounds: { readonly maxReplicas: number };
  };
}

/** A change of the count that a watch of the workload saw. */
export interface CountChange {
  /** Epoch seconds. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** One that should not have been, and why. */
export interface WrongScaleDown extends CountChange {
  readonly why: string;
}

/** Between the decision and the watch that sees its write. */
const writeSeconds = 10;

/**
 * The falls that were wrong: to fewer replicas than the load needs, from a decision with an unknown signal, to fewer than a rule
 * asked for, or by nobody's decision. `needed` is what the steady load keeps busy, so that the verdict does not hang on the
 * autoscaler's own figures alone.
 */
export function wrongScaleDowns(
  changes: readonly CountChange[],
  decisions: readonly LoggedDecision[],
  needed: number,
): readonly WrongScaleDown[] {
  return changes
    .filter(({ from, to }) => to < from)
    .flatMap((change) => {
      const why = reasonAgainst(change, decisions, needed);
      return why === undefined ? [] : [{ ...change, why }];
    });
}

function reasonAgainst(
  { at, from, to }: CountChange,
  decisions: readonly LoggedDecision[],
  needed: number,
): string | undefined {
  const made = decisions.find(
    ({ input, decision, outcome }) =>
      outcome === "patched" &&
      decision.currentReplicas === from &&
      decision.desiredReplicas === to &&
      Math.abs(at - input.now) <= writeSeconds,
  );
  if (made === undefined) return "no decision of the autoscaler lowered it";
  const { signals, proposals, bounds } = made.decision;
  // What stands above maxReplicas goes down to it whatever is known.
  if (from > bounds.maxReplicas && to === bounds.maxReplicas) return undefined;
  const unknown = Object.entries(signals).find(([, { kind }]) => kind !== "fresh");
  if (unknown !== undefined) return `${unknown[0]} was ${unknown[1].kind}`;
  const silent = proposals.find(({ replicas }) => replicas === null);
  if (silent !== undefined) return `rule ${silent.rule} could not say`;
  const more = proposals.find(({ replicas }) => replicas !== null && replicas > to);
  if (more !== undefined && to !== bounds.maxReplicas) return `rule ${more.rule} asked for ${String(more.replicas)}`;
  return to < needed ? `the load keeps ${needed} busy` : undefined;
}

/** Replicas that a steady load keeps busy, of which each works on so many executions at a time. */
export const replicasNeeded = (
  { perSecond, workSeconds }: { readonly perSecond: number; readonly workSeconds: number },
  atATime: number,
): number => Math.ceil((perSecond * workSeconds) / atATime);
