import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { temporaryFolder } from "../process.ts";

/** Calls of one user to the API server, as its audit log has them. */
export interface AuditLog {
  /** Flags that make an API server write it. */
  readonly apiServerFlags: readonly string[];
  /** Calls that ended from `from` until `until` (epoch seconds), by "verb resource". */
  count(from: number, until: number): Readonly<Record<string, number>>;
}

interface AuditEvent {
  readonly verb: string;
  readonly stageTimestamp: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
}

/** For the calls of one service account; everybody else's are not logged. */
export function createAuditLog(namespace: string, serviceAccount: string): AuditLog {
  const folder = temporaryFolder("audit");
  const policy = join(folder, "policy.yaml");
  const log = join(folder, "audit.log");
  const users = [`system:serviceaccount:${namespace}:${serviceAccount}`];
  const rules = [{ level: "Metadata", users, omitStages: ["RequestReceived", "ResponseStarted"] }, { level: "None" }];
  writeFileSync(policy, stringify({ apiVersion: "audit.k8s.io/v1", kind: "Policy", rules }));
  return {
    apiServerFlags: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
    count: (from, until) => countCalls(readFileSync(log, "utf8"), from, until),
  };
}

export function countCalls(log: string, from: number, until: number): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of log.split("\n")) {
    if (!line.endsWith("}")) continue;
    const { verb, stageTimestamp, objectRef } = JSON.parse(line) as AuditEvent;
    const at = Date.parse(stageTimestamp) / 1000;
    if (at < from || at > until) continue;
    const call = [verb, [objectRef?.resource, objectRef?.subresource].filter(Boolean).join("/")].join(" ");
    counts[call] = (counts[call] ?? 0) + 1;
  }
  return counts;
}

/** Of the counted calls those that change something: renewals of the lease, which do not grow with the targets, and all others. */
export function writesOf(calls: Readonly<Record<string, number>>): { leases: number; others: number } {
  const sums = { leases: 0, others: 0 };
  for (const [call, count] of Object.entries(calls)) {
    if (!/^(create|update|patch|delete) /.test(call)) continue;
    sums[call.endsWith(" leases") ? "leases" : "others"] += count;
  }
  return sums;
}
