import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labelsOf, metadataOf } from "../../kubernetes/labels.ts";
import { allowTraffic } from "../../kubernetes/traffic.ts";
import { ports, workloads } from "../../naming.ts";
import { jobName } from "../jobName.ts";
import { bootstrapSpec, bootstrapWorkload, type RedisPodOptions } from "./redisPod.ts";

export interface RedisBootstrapArgs extends RedisPodOptions {
  /** What it runs: another one is another Job. */
  readonly script: string;
  /** Of the members, which it waits for. */
  readonly statefulSet: k8s.apps.v1.StatefulSet;
}

/** Members that have not all answered by then never will. */
const deadlineSeconds = 600;

/** Job that makes a cluster of the members, and does nothing where there is one. */
export class RedisBootstrap extends pulumi.ComponentResource {
  constructor(name: string, args: RedisBootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:RedisBootstrap", name, args, opts);
    const metadata = metadataOf(bootstrapWorkload, "data");
    const traffic = allowTraffic(bootstrapWorkload, { to: [{ workloads: [workloads.redis], ports: [ports.redis] }] });
    const policy = new k8s.networking.v1.NetworkPolicy(
      `${name}-traffic`,
      { metadata, spec: traffic },
      { parent: this },
    );
    const spec = bootstrapSpec(args);
    new k8s.batch.v1.Job(
      `${name}-job`,
      {
        metadata: { ...metadata, name: jobName(bootstrapWorkload, { spec, script: args.script }) },
        spec: {
          backoffLimit: 4,
          activeDeadlineSeconds: deadlineSeconds,
          template: { metadata: { labels: labelsOf(bootstrapWorkload, "data") }, spec },
        },
      },
      { parent: this, dependsOn: [args.statefulSet, policy] },
    );
    this.registerOutputs({});
  }
}
