import type { Backlogs } from "./backlog.ts";
import { asked, maxMetricAge } from "./configuration.ts";

interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef: { readonly resource: string; readonly subresource?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly stageTimestamp: string;
  readonly responseObject?: {
    readonly metadata?: { readonly resourceVersion?: string };
    readonly spec?: { readonly replicas?: number; readonly holderIdentity?: string };
  };
}

/** One write that the API server stored, in the order of its revisions. */
interface Write {
  readonly revision: number;
  /** Epoch seconds of the API server. */
  readonly at: number;
  readonly user: string;
  readonly resource: string;
  readonly name: string;
  readonly verb: string;
  readonly replicas: number | undefined;
  readonly holder: string | undefined;
}

interface LeaseWrite {
  readonly holder: string;
  readonly user: string;
}

export interface AuditFindings {
  readonly scaleWrites: number;
  readonly holders: number;
  readonly violations: readonly string[];
}

/** How old a depth may be that a decision went by: the metric's greatest age, and the time until the write is stored. */
const spanSeconds = maxMetricAge + 5;

/**
 * Checks what the API server has stored: each count written by an autoscaler was written while the Lease named it, and none fell
 * below what the least backlog of the time asked for. Revisions of etcd are one order over all objects, so no clock is trusted
 * for who came first.
 */
export function checkAudit(
  log: string,
  autoscalers: readonly string[],
  backlogs: Pick<Backlogs, "least">,
): AuditFindings {
  const violations: string[] = [];
  const counts = new Map<string, number>();
  let lease = { holder: "", user: "" };
  let holders = 0;
  let scaleWrites = 0;
  for (const write of readWrites(log)) {
    if (write.resource === "leases") {
      const next = leaseAfter(write, lease);
      if (next.holder !== lease.holder && next.holder !== "") holders += 1;
      lease = next;
      continue;
    }
    const before = counts.get(write.name) ?? 0;
    if (write.replicas === undefined || write.verb === "delete") counts.delete(write.name);
    else counts.set(write.name, write.replicas);
    if (!autoscalers.includes(write.user)) continue;
    scaleWrites += 1;
    violations.push(...unledWrite(write, lease), ...wrongFall(write, before, backlogs));
  }
  return { scaleWrites, holders, violations };
}

/** A deleted Lease keeps its holder: nobody else has taken it yet. */
function leaseAfter({ verb, holder, user }: Write, before: LeaseWrite): LeaseWrite {
  if (verb === "delete" || holder === undefined) return before;
  return { holder, user: holder === "" ? "" : user };
}

function unledWrite({ at, user, name }: Write, lease: LeaseWrite): string[] {
  if (user === lease.user) return [];
  return [`${iso(at)} ${user} wrote ${name} while the Lease named ${lease.holder} of ${lease.user}`];
}

function wrongFall({ at, name, replicas = 0 }: Write, before: number, backlogs: Pick<Backlogs, "least">): string[] {
  const least = asked(backlogs.least(name, at - spanSeconds, at));
  if (replicas >= Math.min(before, least)) return [];
  return [`${iso(at)} ${name} fell from ${before} to ${replicas}, its backlog asked for ${least}`];
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

function readWrites(log: string): Write[] {
  const lines = log.split("\n");
  const events = lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as AuditEvent);
  return events
    .filter(({ responseStatus }) => (responseStatus?.code ?? 500) < 300)
    .map(({ verb, user, objectRef, stageTimestamp, responseObject }) => ({
      revision: Number(responseObject?.metadata?.resourceVersion ?? NaN),
      at: Date.parse(stageTimestamp) / 1000,
      user: user.username.replace(/^system:serviceaccount:[^:]*:/, ""),
      resource: objectRef.resource,
      name: objectRef.name ?? "",
      verb,
      replicas: responseObject?.spec?.replicas,
      holder: responseObject?.spec?.holderIdentity,
    }))
    .filter(({ revision }) => Number.isFinite(revision))
    .sort((a, b) => a.revision - b.revision);
}
