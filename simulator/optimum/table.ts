import type { Program } from "./program.ts";

/** Cheapest ways to each state: a row for each number of replicas from the minimum on, a column for each step of backlog. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  /** At the end of the slot before. */
  readonly cost: Float64Array;
  /** After the replicas of the slot have been chosen. */
  readonly moved: Float64Array;
  /** The cheapest of the rows passed so far, for each column, and which row that was. */
  readonly best: Float64Array;
  readonly bestRow: Uint16Array;
  /** Of the slot at hand, for each column. */
  readonly lateCost: Float64Array;
  /** The row before the move of each slot, from `offsets[slot]` on, rows of that slot's width one after the other. */
  readonly chosen: Uint8Array | Uint16Array;
  readonly offsets: Float64Array;
  /** Columns in use at the begin of each slot, and after the last. */
  readonly widths: Int32Array;
  /** The column that was emptied into column 0, for each slot and row. */
  readonly emptied: Int32Array;
}

/** A table before the first slot: the initial replicas and no backlog. `limits`: the highest backlog after each slot. */
export function tableFor(program: Program, limits: Int32Array): Table {
  const rows = program.maxReplicas - program.minReplicas + 1;
  const columns = limits.reduce((most, limit) => Math.max(most, limit), 0) + 1;
  const widths = Int32Array.from({ length: program.slots + 1 }, (_, slot) => (limits[slot - 1] ?? 0) + 1);
  const offsets = new Float64Array(program.slots + 1);
  for (let slot = 0; slot < program.slots; slot++)
    offsets[slot + 1] = (offsets[slot] as number) + rows * (widths[slot] as number);
  const cost = new Float64Array(rows * columns).fill(Infinity);
  cost[(program.initialReplicas - program.minReplicas) * columns] = 0;
  // One byte where that is enough: this array is by far the largest.
  const Rows = rows <= 256 ? Uint8Array : Uint16Array;
  return {
    rows,
    columns,
    cost,
    moved: new Float64Array(rows * columns),
    best: new Float64Array(columns),
    bestRow: new Uint16Array(columns),
    lateCost: new Float64Array(columns),
    chosen: new Rows(offsets[program.slots] as number),
    offsets,
    widths,
    emptied: new Int32Array(rows * program.slots),
  };
}

/** From the fewest replicas to the most: stay, or start some from the cheapest row below. */
export function sweepUp(table: Table, slot: number, startCost: number): void {
  const { rows, columns, cost, moved, best, bestRow, chosen } = table;
  const width = table.widths[slot] as number;
  best.fill(Infinity);
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    const to = (table.offsets[slot] as number) + row * width;
    for (let column = 0; column < width; column++) {
      const stay = cost[from + column] as number;
      const start = (best[column] as number) + startCost;
      if (stay <= start) bestRow[column] = row;
      const least = stay <= start ? stay : start;
      best[column] = least;
      moved[from + column] = least;
      chosen[to + column] = bestRow[column] as number;
    }
  }
}

/** From the most replicas to the fewest: stop some of the cheapest row above, which is free. */
export function sweepDown(table: Table, slot: number): void {
  const { rows, columns, cost, moved, best, bestRow, chosen } = table;
  const width = table.widths[slot] as number;
  best.fill(Infinity);
  for (let row = rows - 1; row >= 0; row--) {
    const from = row * columns;
    const to = (table.offsets[slot] as number) + row * width;
    for (let column = 0; column < width; column++) {
      const stay = cost[from + column] as number;
      if (stay < (best[column] as number)) {
        best[column] = stay;
        bestRow[column] = row;
      }
      if ((best[column] as number) < (moved[from + column] as number)) {
        moved[from + column] = best[column] as number;
        chosen[to + column] = bestRow[column] as number;
      }
    }
  }
}

/** What a row of replicas makes of the backlog in one slot. */
export interface Service {
  readonly slot: number;
  readonly row: number;
  /** Steps. */
  readonly arrived: number;
  readonly served: number;
  /** Pod-seconds of the row in this slot. */
  readonly podSeconds: number;
}

/** Moves a row by what arrives and what is served, and charges for the replicas and for those who become late. */
export function serve(table: Table, { slot, row, arrived, served, podSeconds }: Service): void {
  const { cost, moved, lateCost, columns } = table;
  const from = row * columns;
  const width = table.widths[slot] as number;
  const next = table.widths[slot + 1] as number;
  const shift = arrived - served;
  // All that is served to the end meets in column 0.
  const emptied = cheapest(moved, from, Math.min(width, 1 - shift));
  const first = Math.max(1, shift);
  const last = Math.min(next, width + shift);
  cost.fill(Infinity, from, from + next);
  for (let column = first; column < last; column++)
    cost[from + column] = (moved[from + column - shift] as number) + podSeconds + (lateCost[column] as number);
  if (emptied < 0) return;
  table.emptied[slot * table.rows + row] = emptied;
  cost[from] = (moved[from + emptied] as number) + podSeconds + (lateCost[0] as number);
}

/** Of the first `count` columns; -1 without any. */
function cheapest(costs: Float64Array, from: number, count: number): number {
  let least = count > 0 ? 0 : -1;
  for (let column = 1; column < count; column++)
    if ((costs[from + column] as number) < (costs[from + least] as number)) least = column;
  return least;
}
