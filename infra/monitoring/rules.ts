/**
 * Rules and dashboards, for both kinds of Prometheus. Both lists are still empty: the platform's alerts and panels
 * stand here once they are written, and reach every stack without a change elsewhere.
 */

export interface Rule {
  /** Name of an alert; a rule has either this or `record`. */
  readonly alert?: string;
  /** Name of the series that the expression becomes. */
  readonly record?: string;
  /** PromQL. */
  readonly expr: string;
  /** How long the expression must hold before the alert fires, for example 5m. */
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What the person on call reads: summary, description, runbook_url. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Rules that are evaluated together, in order. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export interface Dashboard {
  /** Name of its file and its ConfigMap. */
  readonly name: string;
  /** Grafana's own model. */
  readonly json: Readonly<Record<string, unknown>>;
}

export const ruleGroups: readonly RuleGroup[] = [];

/** They reach Grafana, which only a stack on AWS has. */
export const dashboards: readonly Dashboard[] = [];
