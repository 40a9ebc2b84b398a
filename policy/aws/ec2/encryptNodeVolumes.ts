import { ec2 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const encryptNodeVolumes: ResourceValidationPolicy = {
  name: "aws-ec2-encrypt-node-volumes",
  description: "The disks of nodes are encrypted: images, logs and emptyDir volumes lie there.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(ec2.LaunchTemplate, ({ blockDeviceMappings }, report) => {
    if (!blockDeviceMappings?.length)
      report(wanted("blockDeviceMappings", blockDeviceMappings, "a list of encrypted volumes"));
    for (const { deviceName, ebs } of blockDeviceMappings ?? []) {
      // The provider takes the flag as text.
      if (ebs !== undefined && String(ebs.encrypted) !== "true") {
        report(wanted(`blockDeviceMappings[${deviceName ?? "?"}].ebs.encrypted`, ebs.encrypted, "true"));
      }
    }
  }),
};
