import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labelsOf } from "../kubernetes/labels.ts";

/** What answers users or decides counts goes before consumers, whose work waits in a queue. */
const name = "jobsprint-serving";

/** Above what names no class (0), far below what the cluster itself needs. */
const value = 1000;

/** The priority of pods that somebody waits for: on full nodes they take the place of consumers. */
export class Priority extends pulumi.ComponentResource {
  readonly className: pulumi.Output<string>;

  constructor(resourceName: string, args: Record<string, never> = {}, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:services:Priority", resourceName, args, opts);
    const serving = new k8s.scheduling.v1.PriorityClass(
      `${resourceName}-serving`,
      {
        metadata: { name, labels: labelsOf(name, "service") },
        value,
        description: "Pods that users or other services wait for",
      },
      { parent: this },
    );
    this.className = serving.metadata.name;
    this.registerOutputs({ className: this.className });
  }
}
