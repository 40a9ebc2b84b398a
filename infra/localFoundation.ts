import * as kubernetes from "@pulumi/kubernetes";

/** The cluster that the kubeconfig of whoever runs the program names: in KUBECONFIG, else ~/.kube/config. */
export const createLocalCluster = (): kubernetes.Provider =>
  new kubernetes.Provider("kubernetes", {
    enableServerSideApply: true,
    // Whatever the kubeconfig says later, the objects are those of the same stack.
    clusterIdentifier: "local",
  });
