import type { Pods } from "./pods.ts";

/** A member as one member of the Redis Cluster sees it. */
export interface RedisNode {
  readonly id: string;
  /** The pod. */
  readonly pod: string;
  readonly master: boolean;
  /** Of a replica: its master's id. */
  readonly masterId: string | undefined;
  /** Reached, and neither failed nor suspected. */
  readonly sound: boolean;
  /** Slots or ranges of them. */
  readonly slots: number;
}

const members = 6;

/** Reads the answer of `CLUSTER NODES`: "id address:port@bus,hostname flags master ping pong epoch link slot…" a line. */
export function parseNodes(text: string): readonly RedisNode[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [id = "", address = "", flags = "", masterId = "-", , , , link, ...slots] = line.trim().split(" ");
      const words = flags.split(",");
      return {
        id,
        pod: address.split(",")[1]?.split(".")[0] ?? "",
        master: words.includes("master"),
        masterId: masterId === "-" ? undefined : masterId,
        sound: link === "connected" && !words.some((word) => /^(fail\??|handshake|noaddr)$/.test(word)),
        slots: slots.length,
      };
    });
}

/** What a member's view still lacks of six sound members, three of them masters with a replica each; undefined: nothing. */
export function unsoundness(nodes: readonly RedisNode[]): string | undefined {
  const unsound = nodes.filter(({ sound }) => !sound).map(({ pod }) => pod);
  if (unsound.length > 0) return `Redis does not reach ${unsound.join(", ")}`;
  if (nodes.length !== members) return `Redis knows ${nodes.length} members of ${members}`;
  const masters = nodes.filter(({ master, slots }) => master && slots > 0);
  const bare = masters.filter(({ id }) => !nodes.some(({ masterId }) => masterId === id)).map(({ pod }) => pod);
  return bare.length > 0 ? `${bare.join(", ")} has no replica` : undefined;
}

/** Both answers by one process: it is started in a container of little processor time. */
const look = `REDISCLI_AUTH=$(cat "$REDIS_PASSWORD_FILE"); export REDISCLI_AUTH
printf 'cluster info\\ncluster nodes\\n' | redis-cli --tls --cacert "$REDIS_CA_FILE" -p "$REDIS_PORT"`;

/** What a member says: whether the cluster serves all slots, and whom it knows. */
export async function redisView(pods: Pods, pod: string): Promise<{ ok: boolean; nodes: readonly RedisNode[] }> {
  const text = await pods.exec({ pod, container: "redis" }, ["sh", "-ec", look]);
  const lines = text.split("\n").filter((line) => line.includes("@"));
  return { ok: text.includes("cluster_state:ok"), nodes: parseNodes(lines.join("\n")) };
}

/** What the cluster as a whole lacks: all six have to agree. */
export async function redisMissing(pods: Pods): Promise<string | undefined> {
  const states = await pods.states("redis");
  const ready = states.filter((pod) => pod.ready).length;
  if (states.length !== members || ready !== members) return `${ready} of ${members} Redis pods are Ready`;
  const lacks = await Promise.all(
    states.map(async ({ name }) => {
      const { ok, nodes } = await redisView(pods, name);
      const lack = ok ? unsoundness(nodes) : "it does not say cluster_state:ok";
      return lack === undefined ? [] : [`${name}: ${lack}`];
    }),
  );
  return lacks.flat()[0];
}
