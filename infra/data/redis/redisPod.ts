import type { types } from "@pulumi/kubernetes";
import {
  authorityMount,
  certificateMount,
  joinMounts,
  secretMount,
  type Mounted,
} from "../../kubernetes/certificates.ts";
import { anywhere, type Placement } from "../../kubernetes/placement.ts";
import { quantities } from "../../kubernetes/quantities.ts";
import { containerSecurity, podSecurity } from "../../kubernetes/security.ts";
import { spreadOver } from "../../kubernetes/spread.ts";
import { ports, secrets, workloads } from "../../naming.ts";
import type { ClusterSizing } from "../../sizing.ts";
import { exporterContainer } from "../exporter.ts";
import { memberDomain, replicasPerMaster } from "./members.ts";
import { authConfig, redisFolders as folders } from "./redisConf.ts";

type PodSpec = types.input.core.v1.PodSpec;
type EnvVar = types.input.core.v1.EnvVar;

export interface RedisPodOptions {
  readonly images: { readonly redis: string; readonly redisExporter: string };
  readonly sizing: ClusterSizing;
  /** Divides requests and limits. */
  readonly divisor: number;
  /** Whether members must stand in different zones, or should. */
  readonly zoneSpread: "DoNotSchedule" | "ScheduleAnyway";
  /** Nodes that the members run on; anywhere unless told. */
  readonly placement?: Placement;
}

const workload = workloads.redis;
/** Forms the cluster: a workload of its own, since NetworkPolicies tell it apart from the members. */
export const bootstrapWorkload = "redis-bootstrap";
/** The exporter's own form of the password: a map from address to password. */
export const exporterSecret = "redis-exporter";

/** Of the image, whose files belong to it. */
const uid = 999;
const exporterPort = 9121;
const exporterFolder = "/etc/jobsprint/exporter";
export const exporterAddress = `rediss://localhost:${ports.redis}`;

/** A shell and redis-cli, which greets each member by TLS. */
const bootstrapResources = { cpu: 0.1, memoryGi: 0.0625 };

/** Replicas catch up and the file is written out within it. */
const gracePeriodSeconds = 60;
/** For a member's peers to be published anew; then it starts with what it knows. */
const resolveSeconds = 60;

const configuration: Mounted = {
  volumes: [{ name: "configuration", configMap: { name: workload } }],
  mounts: [{ name: "configuration", mountPath: folders.configuration, readOnly: true }],
};
const credential = secretMount(secrets.redis, folders.credential);

const script = (name: string): string[] => ["sh", `${folders.configuration}/${name}`];
const valuesOf = (values: Readonly<Record<string, string>>): EnvVar[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** What all scripts are told; the pod's probes read it too. */
const common = {
  REDIS_DOMAIN: memberDomain,
  REDIS_PORT: String(ports.redis),
  REDIS_PASSWORD_FILE: `${folders.credential}/password`,
  REDIS_CA_FILE: folders.authorityFile,
};

/** A member and the exporter beside it. */
export function memberSpec({ images, sizing, divisor, zoneSpread, placement = anywhere }: RedisPodOptions): PodSpec {
  const exporter = secretMount(exporterSecret, exporterFolder);
  const memory = { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } };
  const mounted = joinMounts(certificateMount(workload), configuration, credential);
  const field = (name: string, fieldPath: string): EnvVar => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return {
    ...placement,
    serviceAccountName: workload,
    automountServiceAccountToken: false,
    securityContext: podSecurity(uid),
    terminationGracePeriodSeconds: gracePeriodSeconds,
    topologySpreadConstraints: spreadOver(workload, { zone: zoneSpread }),
    containers: [
      {
        name: "redis",
        image: images.redis,
        command: script("entry.sh"),
        env: [
          field("POD_NAME", "metadata.name"),
          field("POD_IP", "status.podIP"),
          ...valuesOf({
            ...common,
            REDIS_CONFIG: `${folders.configuration}/redis.conf`,
            REDIS_DATA: folders.data,
            REDIS_AUTH_CONFIG: authConfig(folders),
            REDIS_RESOLVE_SECONDS: String(resolveSeconds),
          }),
        ],
        ports: [
          { name: "redis", containerPort: ports.redis },
          { name: "bus", containerPort: ports.redisBus },
        ],
        resources: quantities(sizing, { divisor }),
        securityContext: containerSecurity,
        readinessProbe: { exec: { command: script("ready.sh") }, periodSeconds: 10, timeoutSeconds: 5 },
        // While it waits for its peers' addresses nothing listens yet.
        startupProbe: { tcpSocket: { port: "redis" }, periodSeconds: 5, failureThreshold: 36 },
        // It listens while it loads, however long that takes.
        livenessProbe: { tcpSocket: { port: "redis" }, periodSeconds: 10, failureThreshold: 6 },
        volumeMounts: [
          ...mounted.mounts,
          { name: "data", mountPath: folders.data },
          { name: "memory", mountPath: folders.memory },
        ],
      },
      exporterContainer({
        image: images.redisExporter,
        port: exporterPort,
        args: [
          `--redis.addr=${exporterAddress}`,
          `--redis.password-file=${exporterFolder}/passwords.json`,
          `--tls-ca-cert-file=${folders.authorityFile}`,
          `--web.listen-address=:${exporterPort}`,
        ],
        mounts: [...authorityMount.mounts, ...exporter.mounts],
        divisor,
      }),
    ],
    volumes: [...mounted.volumes, ...exporter.volumes, memory],
  };
}

/** Runs to its end once all members answer. */
export function bootstrapSpec({ images, sizing, divisor }: RedisPodOptions): PodSpec {
  const mounted = joinMounts(configuration, credential, authorityMount);
  return {
    serviceAccountName: workload,
    automountServiceAccountToken: false,
    securityContext: podSecurity(uid),
    restartPolicy: "Never",
    containers: [
      {
        name: "bootstrap",
        image: images.redis,
        command: script("bootstrap.sh"),
        env: valuesOf({
          ...common,
          REDIS_SERVICE: workload,
          REDIS_NODES: String(sizing.nodes),
          REDIS_REPLICAS: String(replicasPerMaster(sizing.nodes)),
        }),
        resources: quantities(bootstrapResources, { divisor, least: { memoryGi: bootstrapResources.memoryGi } }),
        securityContext: containerSecurity,
        volumeMounts: mounted.mounts,
      },
    ],
    volumes: mounted.volumes,
  };
}
