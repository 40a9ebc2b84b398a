import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { authorityMount, joinMounts, secretMount } from "../kubernetes/certificates.ts";
import type { Quantities } from "../kubernetes/quantities.ts";
import { containerSecurity, podSecurity } from "../kubernetes/security.ts";
import { spreadOver } from "../kubernetes/spread.ts";
import { deregistrationSeconds } from "../naming.ts";
import { credentialFolder } from "./environment.ts";
import type { Environment, Probes, ServiceSpec } from "./serviceSpec.ts";

export interface PodOptions {
  readonly workload: string;
  readonly image: string;
  readonly spec: Pick<ServiceSpec, "args" | "credentials" | "drainSeconds" | "ports" | "probes" | "serves" | "uid">;
  readonly environment: Environment;
  readonly resources: Quantities;
  readonly priorityClassName?: pulumi.Input<string>;
}

/** For the process to end by itself once its work has: up to 5 s when the broker hangs, and as much in reserve. */
const exitSeconds = 10;

/** What a service may write, and how much of it. */
const scratch = { name: "tmp", mountPath: "/tmp", sizeLimit: "256Mi" } as const;

export function podSpec(options: PodOptions): types.input.core.v1.PodSpec {
  const { workload, spec, priorityClassName } = options;
  const { volumes } = mountsOf(spec);
  const pauseSeconds = pauseOf(spec);
  return {
    serviceAccountName: workload,
    automountServiceAccountToken: false,
    // Its variables for every Service of the namespace could be taken for settings.
    enableServiceLinks: false,
    securityContext: podSecurity(spec.uid),
    terminationGracePeriodSeconds: pauseSeconds + spec.drainSeconds + exitSeconds,
    topologySpreadConstraints: spreadOver(workload, { zone: "ScheduleAnyway" }).map((constraint) => ({
      ...constraint,
      // During a rollout the old pods, which are about to go, do not count.
      matchLabelKeys: ["pod-template-hash"],
    })),
    ...(priorityClassName !== undefined && { priorityClassName }),
    containers: [container(options, pauseSeconds)],
    volumes: [...volumes, { name: scratch.name, emptyDir: { sizeLimit: scratch.sizeLimit } }],
  };
}

function container(options: PodOptions, pauseSeconds: number): types.input.core.v1.Container {
  const { workload, image, spec, resources } = options;
  return {
    name: workload,
    image,
    ...(spec.args && { args: [...spec.args] }),
    env: variables(options.environment),
    ports: Object.entries(spec.ports).map(([name, containerPort]) => ({ name, containerPort })),
    resources,
    securityContext: containerSecurity,
    ...probes(spec.probes),
    ...(pauseSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: pauseSeconds } } } }),
    volumeMounts: [...mountsOf(spec).mounts, { name: scratch.name, mountPath: scratch.mountPath }],
  };
}

/** The load balancer and every kube-proxy still send requests for so long; who is not called can stop at once. */
const pauseOf = ({ serves }: PodOptions["spec"]): number => (serves === undefined ? 0 : deregistrationSeconds);

const mountsOf = ({ credentials }: PodOptions["spec"]): ReturnType<typeof joinMounts> =>
  joinMounts(authorityMount, ...credentials.map((secret) => secretMount(secret, credentialFolder(secret))));

const variables = (environment: Environment): types.input.core.v1.EnvVar[] => [
  ...Object.entries(environment).map(([name, value]) => ({ name, value })),
  // So that a broker's or a database's list of clients leads to the pod.
  { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
];

type ProbeSet = Pick<types.input.core.v1.Container, "startupProbe" | "readinessProbe" | "livenessProbe">;

function probes({ port, live, ready, startSeconds }: Probes): ProbeSet {
  const startPeriod = 2;
  return {
    startupProbe: {
      httpGet: { path: live, port },
      periodSeconds: startPeriod,
      timeoutSeconds: 2,
      failureThreshold: Math.ceil(startSeconds / startPeriod),
    },
    readinessProbe: { httpGet: { path: ready, port }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    // Slower to act: a restart under load makes the others' load higher.
    livenessProbe: { httpGet: { path: live, port }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
