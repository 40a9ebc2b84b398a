import type { Program } from "./program.ts";
import { serve, sweepDown, sweepUp, tableFor, type Table } from "./table.ts";

/** The cheapest schedule at one price of a late job. */
export interface Solution {
  /** Ready replicas in each slot. */
  readonly replicas: readonly number[];
  /** Of the whole program, with starts. */
  readonly podSeconds: number;
  readonly lateJobs: number;
}

/**
 * Solves the program for one price of a late job, in pod-seconds; Infinity: nobody may be late. Undefined when no schedule
 * within the bounds ends with an empty queue.
 */
export function solve(program: Program, price: number): Solution | undefined {
  const table = tableFor(program, backlogLimits(program, price));
  for (let slot = 0; slot < program.slots; slot++) {
    sweepUp(table, slot, program.startCost);
    sweepDown(table, slot);
    setLateCost(table, program, slot, price);
    serveAll(table, program, slot);
  }
  return backtrack(table, program);
}

/**
 * The highest backlog after each slot. On time, it is all that may wait; else as much again as is ever on time:
 * three times as much changed nothing where it was tried.
 */
function backlogLimits({ onTime, least, slots }: Program, price: number): Int32Array {
  const late = price === Infinity ? 0 : onTime.reduce((most, limit) => Math.max(most, limit), 0);
  return onTime.map((limit, slot) => {
    if (slot === slots - 1) return 0;
    return price === Infinity ? limit : Math.max(limit, least[slot] as number) + late;
  });
}

/** A job is late once, in the slot of its deadline: what is left of the jobs due, first in first out. */
function setLateCost(table: Table, program: Program, slot: number, price: number): void {
  const onTime = program.onTime[slot] as number;
  const due = program.due[slot] as number;
  const width = table.widths[slot + 1] as number;
  table.lateCost.fill(0, 0, Math.min(width, onTime + 1));
  for (let column = onTime + 1; column < width; column++)
    table.lateCost[column] = Math.min(column - onTime, due) * program.stepJobs * price;
}

function serveAll(table: Table, program: Program, slot: number): void {
  const arrived = program.arrivals[slot] as number;
  for (let row = 0; row < table.rows; row++) {
    const replicas = program.minReplicas + row;
    const podSeconds = replicas * program.slotSeconds;
    serve(table, { slot, row, arrived, served: replicas * program.stepsPerSlot, podSeconds });
  }
}

/** From the cheapest end with an empty queue, slot by slot to the start. */
function backtrack(table: Table, program: Program): Solution | undefined {
  const replicas = new Array<number>(program.slots).fill(0);
  let row = cheapestRow(table);
  if (table.cost[row * table.columns] === Infinity) return undefined;
  let backlog = 0;
  let lateSteps = 0;
  for (let slot = program.slots - 1; slot >= 0; slot--) {
    const count = program.minReplicas + row;
    replicas[slot] = count;
    const late = backlog - (program.onTime[slot] as number);
    lateSteps += Math.max(0, Math.min(late, program.due[slot] as number));
    backlog =
      backlog > 0
        ? backlog - (program.arrivals[slot] as number) + count * program.stepsPerSlot
        : (table.emptied[slot * table.rows + row] as number);
    row = table.chosen[(table.offsets[slot] as number) + row * (table.widths[slot] as number) + backlog] as number;
  }
  return { replicas, podSeconds: costOf(replicas, program), lateJobs: lateSteps * program.stepJobs };
}

function cheapestRow({ rows, columns, cost }: Table): number {
  let least = 0;
  for (let row = 1; row < rows; row++)
    if ((cost[row * columns] as number) < (cost[least * columns] as number)) least = row;
  return least;
}

/** Pod-seconds of a schedule with its starts, which are counted from the initial replicas on. */
function costOf(replicas: readonly number[], { initialReplicas, startCost, slotSeconds }: Program): number {
  let before = initialReplicas;
  let cost = 0;
  for (const count of replicas) {
    cost += count * slotSeconds + startCost * Math.max(0, count - before);
    before = count;
  }
  return cost;
}
