import type { Resources } from "../../sizing.ts";
import { authority, certificate, ports } from "../../naming.ts";

/** Where the pod has its files. */
export interface RedisFolders {
  readonly configuration: string;
  /** The volume: append-only file and the table of members. */
  readonly data: string;
  /** On memory: the password, written by the entry script. */
  readonly memory: string;
  /** Of the Secret. */
  readonly credential: string;
  readonly certificate: string;
  readonly authorityFile: string;
}

export const redisFolders: RedisFolders = {
  configuration: "/etc/redis",
  data: "/data",
  memory: "/run/redis",
  credential: "/etc/jobsprint/redis",
  certificate: certificate.folder,
  authorityFile: authority.file,
};

export const authConfig = ({ memory }: RedisFolders): string => `${memory}/auth.conf`;

/** Of the container's memory, for keys and values; the rest is for the copy that a rewrite of the file makes, for buffers and gaps. */
export const maxmemoryShare = 0.7;

/** The strategy's, milliseconds: a master that is silent for so long loses its place to its replica. */
const nodeTimeoutMs = 5000;

/** Cores that are left to the main thread and to what runs beside it. */
const coresBeside = 2;

/** redis.conf of every member. `memoryGi` and `cpu` are those of the container. */
export function redisConf({ cpu, memoryGi }: Resources, folders: RedisFolders = redisFolders): string {
  return [
    // TLS alone, also between members.
    "port 0",
    `tls-port ${ports.redis}`,
    `cluster-port ${ports.redisBus}`,
    `tls-cert-file ${folders.certificate}/tls.crt`,
    `tls-key-file ${folders.certificate}/tls.key`,
    `tls-ca-cert-file ${folders.authorityFile}`,
    // Clients prove who they are by the password; the bus is closed to them by the NetworkPolicy.
    "tls-auth-clients no",
    "tls-cluster yes",
    "tls-replication yes",
    `include ${authConfig(folders)}`,
    // A size with one instance speaks the same protocol: clients are the same everywhere.
    "cluster-enabled yes",
    "cluster-config-file nodes.conf",
    `cluster-node-timeout ${nodeTimeoutMs}`,
    // Clients are sent on by name: a certificate bears no address.
    "cluster-preferred-endpoint-type hostname",
    // The loss of one shard stops a third of the keys, not all.
    "cluster-require-full-coverage no",
    `dir ${folders.data}`,
    "appendonly yes",
    "appendfsync everysec",
    // The append-only file holds everything; snapshots beside it would write it twice.
    'save ""',
    `maxmemory ${Math.floor(memoryGi * maxmemoryShare * 2 ** 30)}`,
    // Only what has a time to live is evicted: a cached value, never a job of n8n's queue. Without any left, writes fail aloud.
    "maxmemory-policy volatile-lru",
    `io-threads ${Math.max(1, Math.floor(cpu) - coresBeside)}`,
    "",
  ].join("\n");
}
