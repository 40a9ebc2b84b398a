import { stringify } from "yaml";

/** Annotations by which a pod template overrides what its fake pods do. */
export const podAnnotations = {
  /** Time from running to ready, as a Go duration like "10s". */
  readyAfter: "kwok.x-k8s.io/ready-after",
  /** Constant use of each container, a quantity like "50m"; 1m when absent. */
  cpu: "kwok.x-k8s.io/usage-cpu",
  /** Constant use of each container, a quantity like "64Mi"; 1Mi when absent. */
  memory: "kwok.x-k8s.io/usage-memory",
} as const;

/** As in a label selector, but the key is a jq query over the object. */
interface Expression {
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: readonly string[];
}

const ready = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const is = (key: string, ...values: string[]): Expression => ({ key, operator: "In", values });
const isNot = (key: string, ...values: string[]): Expression => ({ key, operator: "NotIn", values });
// Without it a pod that is going away would be made Ready again.
const alive: Expression = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };

/** One step: when the object matches, kwok waits for the delay and then does what is next. */
interface Stage {
  name: string;
  kind: "Node" | "Pod";
  when: readonly Expression[];
  delay?: object;
  next: { statusTemplate: string } | { delete: true };
}

function stage({ name, kind, when, delay, next }: Stage): object {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind },
      selector: { matchExpressions: when },
      ...(delay === undefined ? {} : { delay }),
      next,
    },
  };
}

// Keeps allocatable and capacity as the Node object states them.
const nodeStatus = `
{{ $now := Now }}
phase: Running
conditions:
{{ range NodeConditions }}
- { type: {{ .type | Quote }}, status: {{ .status | Quote }}, reason: {{ .reason | Quote }}, message: {{ .message | Quote }}, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }} }
{{ end }}
addresses:
- { type: InternalIP, address: {{ NodeIP | Quote }} }
- { type: Hostname, address: {{ NodeName | Quote }} }
daemonEndpoints: { kubeletEndpoint: { Port: {{ NodePort }} } }
nodeInfo: { architecture: amd64, operatingSystem: linux, kubeletVersion: {{ printf "kwok-%s" Version | Quote }}, bootID: "", containerRuntimeVersion: kwok, kernelVersion: kwok, kubeProxyVersion: "", machineID: "", osImage: kwok, systemUUID: "" }
`;

// Readiness gates go along, since nothing else here would ever satisfy them.
const podConditions = (status: "True" | "False"): string => `
- { type: Ready, status: "${status}", lastTransitionTime: {{ $now | Quote }} }
- { type: ContainersReady, status: "${status}", lastTransitionTime: {{ $now | Quote }} }
{{ range .spec.readinessGates }}
- { type: {{ .conditionType | Quote }}, status: "${status}", lastTransitionTime: {{ $now | Quote }} }
{{ end }}`;

// Pods start not Ready: their controllers must see the change, as with real ones.
const podRunning = `
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
${podConditions("False")}
containerStatuses:
{{ range .spec.containers }}
- { name: {{ .name | Quote }}, image: {{ .image | Quote }}, ready: false, started: true, restartCount: 0, state: { running: { startedAt: {{ $now | Quote }} } } }
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- { name: {{ .name | Quote }}, image: {{ .image | Quote }}, ready: true, restartCount: 0, state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } } }
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
{{ with PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
podIP: {{ index . 0 | Quote }}
podIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
`;

const podReady = `
{{ $now := Now }}
{{ $root := . }}
conditions:
${podConditions("True")}
containerStatuses:
{{ range $index, $item := .spec.containers }}
{{ $origin := index $root.status.containerStatuses $index }}
- { name: {{ $item.name | Quote }}, image: {{ $item.image | Quote }}, ready: true, started: true, restartCount: 0, state: { running: { startedAt: {{ $origin.state.running.startedAt | Quote }} } } }
{{ end }}
`;

// A Job's pod has no work here, so it succeeds at once.
const jobPodDone = `
{{ $now := Now }}
phase: Succeeded
containerStatuses:
{{ range .spec.containers }}
- { name: {{ .name | Quote }}, image: {{ .image | Quote }}, ready: false, started: false, restartCount: 0, state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } } }
{{ end }}
`;

/**
 * The life of fake nodes and pods as a kwok configuration: a scheduled pod runs at once, is ready after the delay, and
 * is gone as soon as it is deleted. A pod whose Ready condition is set to False becomes ready again after the delay.
 */
export function kwokStages(podReadySeconds: number): string {
  const ownerKind = ".metadata.ownerReferences.[].kind";
  const readyDelay = {
    durationMilliseconds: Math.round(podReadySeconds * 1000),
    // The annotation wins where it is set.
    durationFrom: { expressionFrom: `.metadata.annotations["${podAnnotations.readyAfter}"]` },
  };
  const stages: Stage[] = [
    { name: "node-ready", kind: "Node", when: [isNot(ready, "True")], next: { statusTemplate: nodeStatus } },
    {
      name: "pod-running",
      kind: "Pod",
      when: [alive, is(".status.phase", "Pending")],
      next: { statusTemplate: podRunning },
    },
    {
      name: "pod-ready",
      kind: "Pod",
      when: [alive, is(".status.phase", "Running"), isNot(ready, "True"), isNot(ownerKind, "Job")],
      delay: readyDelay,
      next: { statusTemplate: podReady },
    },
    {
      name: "job-pod-done",
      kind: "Pod",
      when: [alive, is(".status.phase", "Running"), is(ownerKind, "Job")],
      next: { statusTemplate: jobPodDone },
    },
    {
      name: "pod-deleted",
      kind: "Pod",
      when: [{ key: ".metadata.deletionTimestamp", operator: "Exists" }],
      next: { delete: true },
    },
  ];
  return stages.map((one) => stringify(stage(one), { lineWidth: 0 })).join("---\n");
}
