import { requireModernTls } from "../../../../../policy/aws/lb/requireModernTls.ts";
import { listener } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(requireModernTls, {
  compliant: listener,

  refuses: {
    "the default policy": { props: { sslPolicy: undefined }, says: /sslPolicy is not set/ },
    "TLS 1.0": { props: { sslPolicy: "ELBSecurityPolicy-TLS13-1-0-2021-06" }, says: /sslPolicy is "ELB/ },
    "no certificate": { props: { certificateArn: undefined }, says: /certificateArn is not set/ },
  },
});
