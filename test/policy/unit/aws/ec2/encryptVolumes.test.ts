import { encryptVolumes } from "../../../../../policy/aws/ec2/encryptVolumes.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(encryptVolumes, {
  compliant: { type: "aws:ebs/volume:Volume", name: "volume", props: { encrypted: true } },

  refuses: {
    "a plain volume": { props: { encrypted: false }, says: /encrypted is false/ },
  },
});
