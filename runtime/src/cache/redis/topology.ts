import calculateSlot from "cluster-key-slot";

const slotCount = 16384;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One master and how many replicas are there to confirm a write. */
export interface Master extends Address {
  readonly replicas: number;
}

/** Who serves which slot, as one member knew it. */
export interface Topology {
  /** By `host:port`. */
  readonly masters: ReadonlyMap<string, Master>;
  /** Name of the master by slot; undefined where nobody serves it. */
  readonly slots: readonly (string | undefined)[];
  /** The cluster's logical time: grows with each failover and each slot that moves. */
  readonly epoch: number;
  /** The member that told it says that the cluster is well. */
  readonly ok: boolean;
}

export const slotOf = (key: string): number => calculateSlot(key);
export const nameOf = ({ host, port }: Address): string => `${host}:${port}`;

/** What a member that is no cluster means. */
export const singleMaster = (address: Address): Topology => ({
  masters: new Map([[nameOf(address), { ...address, replicas: 0 }]]),
  slots: Array.from({ length: slotCount }, () => nameOf(address)),
  epoch: 0,
  ok: true,
});

/**
 * Reads the answers to CLUSTER SLOTS and CLUSTER INFO. `asked` stands in where a member does not know its own address.
 * Throws when the answer has another shape.
 */
export function parseTopology(reply: unknown, info: string, asked: Address): Topology {
  if (!Array.isArray(reply)) throw new Error("CLUSTER SLOTS answered no list");
  const masters = new Map<string, Master>();
  const slots = Array.from<string | undefined>({ length: slotCount });
  for (const range of reply as readonly (readonly unknown[])[]) {
    const [from, to, master, ...replicas] = range;
    if (typeof from !== "number" || typeof to !== "number" || !Array.isArray(master))
      throw new Error("CLUSTER SLOTS answered a range without a master");
    const [host, port] = master as readonly unknown[];
    const known = typeof host === "string" && host !== "" && host !== "?";
    const address = { host: known ? host : asked.host, port: Number(port) };
    masters.set(nameOf(address), { ...address, replicas: replicas.length });
    slots.fill(nameOf(address), from, to + 1);
  }
  return { masters, slots, ...parseInfo(info) };
}

/** The two fields of CLUSTER INFO that matter here. */
export function parseInfo(info: string): { readonly ok: boolean; readonly epoch: number } {
  const epoch = /cluster_current_epoch:(\d+)/.exec(info)?.[1];
  return { ok: info.includes("cluster_state:ok"), epoch: Number(epoch ?? 0) };
}
