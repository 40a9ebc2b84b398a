import type { Telemetry } from "../ports/telemetry.ts";

/**
 * Tells every sink, in order. One that throws is reported to `onError` and keeps neither the others nor the tick from
 * going on: a broken log must not stop the scaling it would tell about.
 */
export function fanOut(sinks: readonly Telemetry[], onError: (error: unknown) => void): Telemetry {
  const each = (tell: (sink: Telemetry) => void): void => {
    for (const sink of sinks) {
      try {
        tell(sink);
      } catch (error) {
        onError(error);
      }
    }
  };
  return {
    decided(record) {
      each((sink) => {
        sink.decided(record);
      });
    },
    failed(failure) {
      each((sink) => {
        sink.failed(failure);
      });
    },
    noted(note) {
      each((sink) => {
        sink.noted(note);
      });
    },
  };
}
