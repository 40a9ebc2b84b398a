/** A counter at several times of the broker, milliseconds. */
export interface Details {
  readonly samples?: readonly { readonly sample: number; readonly timestamp: number }[];
}

/** One queue of `GET /api/queues`, as far as we read it. What is absent is unknown: statistics may be switched off. */
export interface QueueRow {
  readonly name: string;
  readonly vhost: string;
  readonly state?: string;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
  readonly consumers?: number;
  readonly message_stats?: {
    readonly publish_details?: Details;
    readonly deliver_get_details?: Details;
    readonly ack_details?: Details;
  };
  /** Of a classic queue with `x-max-priority`, up to RabbitMQ 3.12.7 only. */
  readonly backing_queue_status?: { readonly priority_lengths?: Readonly<Record<string, number>> };
  /** Of a quorum queue since RabbitMQ 4.0: priorities above 4, up to 4, and given back, of either. */
  readonly messages_ready_high?: number;
  readonly messages_ready_normal?: number;
  readonly messages_ready_returned?: number;
}

/** Vhost, then name. */
export type QueueRows = ReadonlyMap<string, ReadonlyMap<string, QueueRow>>;

/** All of a broker's queues at one poll. */
export interface ManagementSnapshot {
  /** When the poll began, epoch seconds. */
  readonly observedAt: number;
  /** False when the broker keeps no message counters: an absent counter is then unknown instead of zero. */
  readonly ratesKept: boolean;
  readonly rows: QueueRows;
}

/** Once per poll, as all sources look their rows up; throws when the answer is not a list of queues. */
export function indexQueueRows(json: unknown): QueueRows {
  const vhosts = new Map<string, Map<string, QueueRow>>();
  if (!Array.isArray(json) || !json.every(isQueueRow)) throw new Error("the answer is not a list of queues");
  for (const row of json) {
    let names = vhosts.get(row.vhost);
    if (names === undefined) vhosts.set(row.vhost, (names = new Map<string, QueueRow>()));
    names.set(row.name, row);
  }
  return vhosts;
}

const numbers = [
  "messages_ready",
  "messages_unacknowledged",
  "consumers",
  "messages_ready_high",
  "messages_ready_normal",
  "messages_ready_returned",
] as const;
const counters = ["publish_details", "deliver_get_details", "ack_details"] as const;

/** By hand, as a schema library takes longer for 10,000 rows than the rest of a poll. */
function isQueueRow(json: unknown): json is QueueRow {
  if (!isRecord(json) || typeof json["name"] !== "string" || typeof json["vhost"] !== "string") return false;
  const { state, message_stats: stats, backing_queue_status: backing } = json;
  if (!isAbsentOr(state, isString) || !numbers.every((key) => isAbsentOr(json[key], isNumber))) return false;
  if (!isAbsentOr(stats, (value) => isRecord(value) && counters.every((key) => isAbsentOr(value[key], isDetails))))
    return false;
  return isAbsentOr(backing, (value) => isRecord(value) && isAbsentOr(value["priority_lengths"], isRecordOfNumbers));
}

function isDetails(value: unknown): boolean {
  return isRecord(value) && isAbsentOr(value["samples"], (all) => Array.isArray(all) && all.every(isSample));
}

function isSample(value: unknown): boolean {
  return isRecord(value) && isNumber(value["sample"]) && isNumber(value["timestamp"]);
}

function isAbsentOr(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isRecordOfNumbers(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isNumber);
}

function isString(value: unknown): boolean {
  return typeof value === "string";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}
