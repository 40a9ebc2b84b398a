import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CertificateAuthority } from "../data/certificates/certificateAuthority.ts";
import { labelsOf } from "../kubernetes/labels.ts";
import { namespace, workloads } from "../naming.ts";

export interface CustomMetricsApiArgs {
  /** Whose signature the server's certificate bears. */
  readonly authority: CertificateAuthority;
  /** Name of the Service. */
  readonly service: string;
}

/** Of the Service; the API server takes no other unless told. */
export const apiServicePort = 443;

const group = "custom.metrics.k8s.io";
/** The only one that HPAs ask for. */
const version = "v1beta2";

/** No kubectl name of this group goes before another group's. */
const priority = 100;

/** Where the API server finds custom metrics: a cluster has one such place, whoever serves it. */
export class CustomMetricsApi extends pulumi.ComponentResource {
  constructor(name: string, args: CustomMetricsApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:scaling:CustomMetricsApi", name, {}, opts);
    const { authority, service } = args;
    const caBundle = authority.certificatePem.apply((pem) => Buffer.from(pem).toString("base64"));
    new k8s.apiregistration.v1.APIService(
      `${name}-service`,
      {
        metadata: { name: `${version}.${group}`, labels: labelsOf(workloads.autoscaler, "scaling") },
        spec: {
          ...{ group, version, caBundle },
          groupPriorityMinimum: priority,
          versionPriority: priority,
          service: { name: service, namespace, port: apiServicePort },
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
