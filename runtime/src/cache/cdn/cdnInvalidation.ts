/** The level in front of the services: removes what edges hold. */
export interface CdnInvalidation {
  /** Paths (`/a`, `/img/*`) or absolute URLs. Rejects when not all are accepted; the edges follow within seconds. */
  invalidate(paths: readonly string[], signal?: AbortSignal): Promise<void>;
}
