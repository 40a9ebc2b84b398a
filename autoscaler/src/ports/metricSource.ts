import type { Reading } from "../core/model.ts";

/** Reads one metric of one target. */
export interface MetricSource {
  /** Resolves to a typed failure rather than rejecting; the caller's signal ends it early. Errors name host and path, never credentials. */
  read(signal: AbortSignal): Promise<Reading>;
}
