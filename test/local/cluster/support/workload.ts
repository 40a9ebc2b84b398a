import { stringify } from "yaml";

/** A server, its Service, and a client with a volume, both of an image with redis-server, redis-cli and a shell. */
export function workload(image: string): string {
  const pod = (name: string, container: object, more: object = {}): object => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      // As the restricted profile of Kubernetes wants it.
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000 },
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          ...{ name, image, imagePullPolicy: "Never", ...container },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
      ...more,
    },
  });
  const server = pod("server", {
    command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--dir", "/tmp"],
    readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 1 },
  });
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "server", namespace: "default" },
    spec: { selector: { app: "server" }, ports: [{ port: 6379 }] },
  };
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "16Mi" } } },
  };
  const client = pod(
    "client",
    { command: ["sleep", "infinity"], volumeMounts: [{ name: "data", mountPath: "/data" }] },
    { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
  );
  return [server, service, claim, client].map((one) => stringify(one)).join("---\n");
}
