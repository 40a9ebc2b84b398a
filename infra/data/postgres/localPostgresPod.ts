import type { types } from "@pulumi/kubernetes";
import { certificateMount, joinMounts, secretMount } from "../../kubernetes/certificates.ts";
import { quantities } from "../../kubernetes/quantities.ts";
import { containerSecurity, podSecurity } from "../../kubernetes/security.ts";
import { spreadOver } from "../../kubernetes/spread.ts";
import { ports, workloads } from "../../naming.ts";
import type { Resources } from "../../sizing.ts";
import { databaseNames } from "./databaseEndpoints.ts";
import { postgresFolders as folders } from "./postgresConf.ts";

export interface LocalPodOptions {
  readonly image: string;
  readonly resources: Resources;
  readonly divisor: number;
  /** Host of the primary. */
  readonly primary: string;
  /** Of the superuser's credential. */
  readonly secretName: string;
}

const workload = workloads.postgres;

/** Of the official image; initdb wants the user to have a name there. */
const uid = 999;

const programs = "/usr/lib/postgresql/17/bin";
/** Not the volume itself, whose lost+found would be in the way. */
const dataFolder = `${folders.volume}/data`;
const gracePeriodSeconds = 60;

/** The pod of the primary or of a replica: the script tells them apart by the pod's number. */
export function localPodSpec({
  image,
  resources,
  divisor,
  primary,
  secretName,
}: LocalPodOptions): types.input.core.v1.PodSpec {
  const mounted = joinMounts(
    certificateMount(workload),
    secretMount(secretName, folders.credential),
    {
      volumes: [{ name: "configuration", configMap: { name: workload } }],
      mounts: [{ name: "configuration", mountPath: folders.configuration, readOnly: true }],
    },
    {
      volumes: [{ name: "memory", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } }],
      mounts: [{ name: "memory", mountPath: folders.memory }],
    },
  );
  const answers = { exec: { command: [`${programs}/pg_isready`, "-q", "-h", "127.0.0.1"] }, timeoutSeconds: 5 };
  return {
    serviceAccountName: workload,
    automountServiceAccountToken: false,
    securityContext: podSecurity(uid),
    terminationGracePeriodSeconds: gracePeriodSeconds,
    topologySpreadConstraints: spreadOver(workload, { zone: "ScheduleAnyway" }),
    containers: [
      {
        name: "postgres",
        image,
        command: ["sh", `${folders.configuration}/entry.sh`],
        env: [
          { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
          { name: "POSTGRES_PRIMARY", value: primary },
          { name: "POSTGRES_DATA", value: dataFolder },
          { name: "POSTGRES_CONFIG", value: `${folders.configuration}/postgresql.conf` },
          { name: "POSTGRES_DATABASE", value: databaseNames.application },
          { name: "POSTGRES_PASSWORD_FILE", value: `${folders.credential}/password` },
          { name: "POSTGRES_PASSFILE", value: `${folders.memory}/passfile` },
          { name: "POSTGRES_CA_FILE", value: folders.authorityFile },
        ],
        ports: [{ name: "postgres", containerPort: ports.postgres }],
        resources: quantities(resources, { divisor }),
        securityContext: containerSecurity,
        // A replica copies the whole primary first.
        startupProbe: { ...answers, periodSeconds: 5, failureThreshold: 60 },
        readinessProbe: { ...answers, periodSeconds: 10 },
        livenessProbe: { tcpSocket: { port: "postgres" }, periodSeconds: 10, failureThreshold: 6 },
        // SIGTERM alone would wait for every client to leave.
        lifecycle: { preStop: { exec: { command: [`${programs}/pg_ctl`, "-D", dataFolder, "-m", "fast", "stop"] } } },
        volumeMounts: [...mounted.mounts, { name: "data", mountPath: folders.volume }],
      },
    ],
    volumes: mounted.volumes,
  };
}
