import type { Statements } from "./classify/statements.ts";
import type { Limits, Logger } from "./options.ts";
import type { AskPosition, Scopes } from "./scope.ts";
import type { Server } from "./servers/server.ts";
import type { DatabaseTelemetry } from "./telemetry.ts";

/** What every call works with. */
export interface Context {
  readonly primary: Server;
  readonly replicas: readonly Server[];
  readonly statements: Statements;
  readonly scopes: Scopes;
  readonly limits: Limits;
  /** A connection to it has failed. */
  readonly suspect: (server: Server) => void;
  /** The primary's insert position. */
  readonly askPosition: AskPosition;
  readonly telemetry?: DatabaseTelemetry | undefined;
  readonly logger?: Logger | undefined;
  /** Seconds, monotonic. */
  readonly now: () => number;
}
