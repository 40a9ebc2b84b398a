/** What a choice looks at. */
export interface Candidate {
  readonly inRotation: boolean;
  /** Statements that run or wait there. */
  readonly load: number;
  readonly options: { readonly pooled?: boolean };
  /** The furthest place it is known to have replayed. */
  readonly replayed: { readonly hint: bigint };
}

export interface Wish<Kind> {
  /** Those that failed this call already. */
  readonly without?: ReadonlySet<Kind> | undefined;
  /** What the caller has written; those that seem to have it come first. */
  readonly position?: bigint | undefined;
  /** Grows with each call, so that equals take turns. */
  readonly turn: number;
}

/** The least loaded replica that may answer; undefined when there is none. */
export function choose<Kind extends Candidate>(replicas: readonly Kind[], wish: Wish<Kind>): Kind | undefined {
  let best: Kind | undefined;
  for (let step = 0; step < replicas.length; step += 1) {
    const one = replicas[(wish.turn + step) % replicas.length];
    if (one !== undefined && suits(one, wish) && (best === undefined || better(one, best, wish.position))) best = one;
  }
  return best;
}

function suits<Kind extends Candidate>(one: Kind, { without, position }: Wish<Kind>): boolean {
  if (!one.inRotation || without?.has(one) === true) return false;
  // Behind a pooler one server may be asked how far it is, and another answer the read.
  return position === undefined || one.options.pooled !== true;
}

function better(one: Candidate, best: Candidate, position: bigint | undefined): boolean {
  if (position !== undefined) {
    // Beyond the position it does not matter how far; below it the further one has the better chance.
    const [mine, other] = [one, best].map(({ replayed: { hint } }) => (hint < position ? hint : position));
    if (mine !== undefined && other !== undefined && mine !== other) return mine > other;
  }
  return one.load < best.load;
}
