import { V1Pod } from "@kubernetes/client-node";

export interface ProbePodOptions {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  /** One that the restricted profile refuses. */
  readonly root?: true;
}

/** A pod of ours under the restricted profile, which is no workload of the platform and is never started again. */
export function probePod({ name, image, command = [], root }: ProbePodOptions): V1Pod {
  const restricted = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    runAsUser: 65_532,
    seccompProfile: { type: "RuntimeDefault" },
  };
  return Object.assign(new V1Pod(), {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { "app.kubernetes.io/name": name } },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          ...{ name: "probe", image, command: [...command] },
          securityContext: root === true ? { runAsUser: 0 } : restricted,
          resources: { requests: { cpu: "5m", memory: "64Mi" }, limits: { memory: "64Mi" } },
        },
      ],
    },
  });
}
