import type { StackObject } from "./objects.ts";

/** How far an object is, by the rules of kstatus. */
export interface Readiness {
  /** "failed" does not mend itself. */
  readonly state: "ready" | "pending" | "failed";
  /** What is still missing or has failed, for a person: "2/3 ready". */
  readonly text: string;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The parts of a workload that readiness is read from. */
interface Workload extends StackObject {
  readonly spec?: { readonly replicas?: number; readonly updateStrategy?: { readonly type?: string } };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly active?: number;
    readonly failed?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** Counts that are left out while they are 0. */
const none = { replicas: 0, readyReplicas: 0, updatedReplicas: 0, availableReplicas: 0, active: 0, failed: 0 };

const ready = (text: string): Readiness => ({ state: "ready", text });
const pending = (text: string): Readiness => ({ state: "pending", text });
const failed = (text: string): Readiness => ({ state: "failed", text });

const rules: Readonly<Record<string, (object: Workload) => Readiness>> = {
  Deployment: deployment,
  StatefulSet: statefulSet,
  Job: job,
  APIService: apiService,
};

/** Kinds whose objects are ready some time after they were stored; all others are at once. */
export const becomesReady = (kind: string): boolean => Object.hasOwn(rules, kind);

/** Judges a stored object. */
export function readinessOf(object: StackObject): Readiness {
  const rule = rules[object.kind];
  if (rule === undefined) return ready("exists");
  const { metadata, status } = object as Workload;
  // A status from before the last change says nothing about it. Jobs and APIServices tell conditions alone.
  const tellsGeneration = object.apiVersion === "apps/v1";
  if (tellsGeneration && (status?.observedGeneration ?? 0) < (metadata.generation ?? 1)) {
    return pending("not seen by its controller");
  }
  return rule(object);
}

// Unlike kstatus not failed at ProgressDeadlineExceeded: that stays until pods come up, and this apply may mend it.
function deployment({ spec, status }: Workload): Readiness {
  const wanted = spec?.replicas ?? 1;
  const { replicas, updatedReplicas, readyReplicas, availableReplicas } = { ...none, ...status };
  if (updatedReplicas < wanted) return pending(`${updatedReplicas}/${wanted} updated`);
  if (readyReplicas < wanted) return pending(`${readyReplicas}/${wanted} ready`);
  if (replicas > updatedReplicas) return pending(`${replicas - updatedReplicas} old to end`);
  // Ready for minReadySeconds.
  if (availableReplicas < wanted) return pending(`${availableReplicas}/${wanted} available`);
  return ready(`${readyReplicas}/${wanted} ready`);
}

function statefulSet(object: Workload): Readiness {
  const { spec, status } = object;
  const wanted = spec?.replicas ?? 1;
  const { readyReplicas, replicas, updatedReplicas } = { ...none, ...status };
  if (readyReplicas < wanted) return pending(`${readyReplicas}/${wanted} ready`);
  if (replicas > wanted) return pending(`${replicas - wanted} to end`);
  if (isRolling(object)) return pending(`${updatedReplicas}/${wanted} updated`);
  return ready(`${readyReplicas}/${wanted} ready`);
}

function isRolling({ spec, status }: Workload): boolean {
  // With OnDelete nobody replaces the old pods, however long one waits.
  return spec?.updateStrategy?.type !== "OnDelete" && status?.currentRevision !== status?.updateRevision;
}

function job({ status }: Workload): Readiness {
  const failure = find(status?.conditions, "Failed");
  if (failure?.status === "True") return failed(failure.message ?? "it gave no reason");
  if (find(status?.conditions, "Complete")?.status === "True") return ready("complete");
  const { active, failed: failures } = { ...none, ...status };
  return pending(`${active} running${failures === 0 ? "" : `, ${failures} failed`}`);
}

function apiService({ status }: Workload): Readiness {
  const available = find(status?.conditions, "Available");
  if (available?.status === "True") return ready("available");
  return pending(available?.message ?? "not available yet");
}

function find(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}
