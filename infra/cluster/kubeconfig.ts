import * as pulumi from "@pulumi/pulumi";

export interface KubeconfigSource {
  readonly clusterName: string;
  readonly region: string;
  readonly endpoint: pulumi.Input<string>;
  /** Base64, as EKS tells it. */
  readonly certificateAuthority: pulumi.Input<string>;
}

/** A kubeconfig whose credentials the AWS CLI makes on the spot: the text stays the same as long as the cluster does. */
export function kubeconfigOf(source: KubeconfigSource): pulumi.Output<string> {
  const { clusterName: name, region } = source;
  return pulumi.secret(
    pulumi.jsonStringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      contexts: [{ name, context: { cluster: name, user: name } }],
      clusters: [
        { name, cluster: { server: source.endpoint, "certificate-authority-data": source.certificateAuthority } },
      ],
      users: [
        {
          name,
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1",
              command: "aws",
              args: ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"],
              interactiveMode: "Never",
            },
          },
        },
      ],
    }),
  );
}
