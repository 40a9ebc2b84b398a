import type { Curve } from "../model.ts";

/**
 * How well a supply of replicas follows the demand for them. All are 0 for a supply that is the demand. They judge each moment
 * by itself: a queue may put work off within its wait, and the cheapest schedule does, so they are no measure of its cost.
 */
export interface Elasticity {
  /** Mean replicas missing, and too many. */
  readonly accuracyU: number;
  readonly accuracyO: number;
  /** Share of the time with too few, and too many. */
  readonly timeshareU: number;
  readonly timeshareO: number;
  /** Replicas by which the supply moves more than the demand, a minute; negative: less. */
  readonly jitterPerMinute: number;
  /** Percent of the demand missing, and too much, over the whole time; while the demand is 0 nothing is added. */
  readonly thetaU: number;
  readonly thetaO: number;
  /** Percent of the time with too few, and too many. */
  readonly tauU: number;
  readonly tauO: number;
  /** Percent of the steps in which supply and demand move in different directions, or one moves alone. */
  readonly upsilon: number;
  /** Share of the time that theta skips: a part of 0 is not defined. */
  readonly zeroDemandShare: number;
}

export interface Span {
  /** The metrics are taken over [0, seconds). */
  readonly seconds: number;
  /** Upsilon compares the curves at multiples of this. Default: 60. */
  readonly stepSeconds?: number;
}

/** Both curves between two changes of either. */
interface Piece {
  readonly seconds: number;
  readonly demand: number;
  readonly supply: number;
}

/**
 * Elasticity metrics of the SPEC Research Group, integrated exactly from change to change: accuracy, timeshare and jitter as in
 * BUNGEE (Herbst, Kounev, Weber and Groenda, "BUNGEE: An Elasticity Benchmark for Self-Adaptive IaaS Cloud Environments", SEAMS
 * 2015), theta, tau and upsilon relative to the demand as in Herbst et al., "Quantifying Cloud Performance and Dependability",
 * ACM ToMPECS 3(4), 2018.
 *
 * @throws RangeError for a curve that does not ascend from 0 or before, or a span that is not positive.
 */
export function elasticity(demand: Curve, supply: Curve, { seconds, stepSeconds = 60 }: Span): Elasticity {
  checkInput({ demand, supply }, { seconds, stepSeconds });
  const pieces = piecesOf(demand, supply, seconds);
  const mean = (of: (piece: Piece) => number): number =>
    pieces.reduce((sum, piece) => sum + of(piece) * piece.seconds, 0) / seconds;
  const missing = (piece: Piece): number => Math.max(0, piece.demand - piece.supply);
  const excess = (piece: Piece): number => Math.max(0, piece.supply - piece.demand);
  const ofDemand = (amount: number, { demand: whole }: Piece): number => (whole === 0 ? 0 : amount / whole);
  const timeshareU = mean((piece) => Math.sign(missing(piece)));
  const timeshareO = mean((piece) => Math.sign(excess(piece)));
  return {
    accuracyU: mean(missing),
    accuracyO: mean(excess),
    timeshareU,
    timeshareO,
    jitterPerMinute: ((movement(supply, seconds) - movement(demand, seconds)) / seconds) * 60,
    thetaU: 100 * mean((piece) => ofDemand(missing(piece), piece)),
    thetaO: 100 * mean((piece) => ofDemand(excess(piece), piece)),
    tauU: 100 * timeshareU,
    tauO: 100 * timeshareO,
    upsilon: instability(demand, supply, { seconds, stepSeconds }),
    zeroDemandShare: mean((piece) => (piece.demand === 0 ? 1 : 0)),
  };
}

function checkInput(curves: Readonly<Record<string, Curve>>, span: Readonly<Record<string, number>>): void {
  const problems = Object.entries(span).flatMap(([key, value]) =>
    value > 0 && Number.isFinite(value) ? [] : [`${key} must be > 0, is ${value}`],
  );
  for (const [name, { times, values }] of Object.entries(curves)) {
    if (times.length !== values.length) problems.push(`${name} has ${times.length} times and ${values.length} values`);
    // Negations, so that NaN and an empty curve fail them.
    if (!((times[0] ?? NaN) <= 0))
      problems.push(`${name} must begin at 0 or before, begins at ${times[0] ?? "no time"}`);
    const back = times.findIndex((time, i) => i > 0 && !(time >= (times[i - 1] as number)));
    if (back >= 0) problems.push(`${name} must ascend, times[${back}] is ${times[back] as number}`);
    const bad = values.findIndex((value) => !(value >= 0));
    if (bad >= 0) problems.push(`${name} must be >= 0, values[${bad}] is ${values[bad] as number}`);
  }
  if (problems.length > 0) throw new RangeError(`No elasticity: ${problems.join("; ")}`);
}

function piecesOf(demand: Curve, supply: Curve, seconds: number): readonly Piece[] {
  const inside = [...demand.times, ...supply.times].filter((time) => time > 0 && time < seconds);
  const starts = [0, ...inside].sort((a, b) => a - b);
  const [demandAt, supplyAt] = [reader(demand), reader(supply)];
  return starts.map((start, i) => ({
    seconds: (starts[i + 1] ?? seconds) - start,
    demand: demandAt(start),
    supply: supplyAt(start),
  }));
}

/** Reads a curve at ascending times, without searching it from the start each time. */
function reader({ times, values }: Curve): (time: number) => number {
  let index = 0;
  return (time) => {
    while (index + 1 < times.length && (times[index + 1] as number) <= time) index++;
    return values[index] as number;
  };
}

/** Replicas added and removed within the span; a step by 3 counts 3. */
function movement({ times, values }: Curve, seconds: number): number {
  let sum = 0;
  for (let i = 1; i < times.length; i++) {
    const time = times[i] as number;
    if (time > 0 && time < seconds) sum += Math.abs((values[i] as number) - (values[i - 1] as number));
  }
  return sum;
}

function instability(demand: Curve, supply: Curve, { seconds, stepSeconds }: Required<Span>): number {
  const [demandAt, supplyAt] = [reader(demand), reader(supply)];
  const steps = Math.ceil(seconds / stepSeconds - 1e-9) - 1;
  let [lastDemand, lastSupply] = [demandAt(0), supplyAt(0)];
  let differing = 0;
  for (let step = 1; step <= steps; step++) {
    const [nextDemand, nextSupply] = [demandAt(step * stepSeconds), supplyAt(step * stepSeconds)];
    if (Math.sign(nextDemand - lastDemand) !== Math.sign(nextSupply - lastSupply)) differing++;
    [lastDemand, lastSupply] = [nextDemand, nextSupply];
  }
  return steps > 0 ? (100 * differing) / steps : 0;
}
