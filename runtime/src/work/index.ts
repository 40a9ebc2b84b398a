export { batchLoad, type BatchLoader, type BatchOptions, type LoadBatch } from "./batchLoad.ts";
export { mapParallel, type ParallelOptions, type WorkContext } from "./mapParallel.ts";
export { streamRows, type ConnectionSource, type StreamOptions } from "./streamRows.ts";
