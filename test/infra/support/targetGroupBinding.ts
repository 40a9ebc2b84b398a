/**
 * The load-balancer controller's resource, as far as this program uses it. Its own definition comes with its chart
 * (kubernetes-sigs/aws-load-balancer-controller, config/crd/bases, Apache-2.0); the fields here are named as there.
 */
export const targetGroupBindingDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "targetgroupbindings.elbv2.k8s.aws" },
  spec: {
    group: "elbv2.k8s.aws",
    scope: "Namespaced",
    names: {
      kind: "TargetGroupBinding",
      plural: "targetgroupbindings",
      singular: "targetgroupbinding",
      listKind: "TargetGroupBindingList",
    },
    versions: [
      {
        name: "v1beta1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec"],
            properties: {
              spec: {
                type: "object",
                required: ["serviceRef"],
                properties: {
                  serviceRef: {
                    type: "object",
                    required: ["name", "port"],
                    properties: { name: { type: "string" }, port: { "x-kubernetes-int-or-string": true } },
                  },
                  targetGroupARN: { type: "string" },
                  targetType: { type: "string", enum: ["instance", "ip"] },
                  ipAddressType: { type: "string", enum: ["ipv4", "ipv6"] },
                  vpcID: { type: "string", pattern: "^vpc-[0-9a-f]{8}([0-9a-f]{9})?$" },
                  networking: {
                    type: "object",
                    properties: {
                      ingress: {
                        type: "array",
                        items: {
                          type: "object",
                          required: ["from", "ports"],
                          properties: {
                            from: {
                              type: "array",
                              items: {
                                type: "object",
                                properties: {
                                  securityGroup: {
                                    type: "object",
                                    required: ["groupID"],
                                    properties: { groupID: { type: "string" } },
                                  },
                                  ipBlock: {
                                    type: "object",
                                    required: ["cidr"],
                                    properties: { cidr: { type: "string" } },
                                  },
                                },
                              },
                            },
                            ports: {
                              type: "array",
                              items: {
                                type: "object",
                                properties: {
                                  port: { "x-kubernetes-int-or-string": true },
                                  protocol: { type: "string", enum: ["TCP", "UDP"] },
                                },
                              },
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};
