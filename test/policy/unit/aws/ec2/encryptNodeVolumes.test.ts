import { encryptNodeVolumes } from "../../../../../policy/aws/ec2/encryptNodeVolumes.ts";
import { launchTemplate } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(encryptNodeVolumes, {
  compliant: launchTemplate,

  refuses: {
    "a plain volume": { props: { "blockDeviceMappings.0.ebs.encrypted": "false" }, says: /encrypted is "false"/ },
    silence: { props: { blockDeviceMappings: [] }, says: /blockDeviceMappings is \[\]/ },
  },
});
