import { useParameterGroup } from "../../../../../policy/aws/rds/useParameterGroup.ts";
import { database } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(useParameterGroup, {
  compliant: database,

  refuses: {
    "the default group": {
      props: { parameterGroupName: "default.postgres17" },
      says: /parameterGroupName is "default/,
    },
    silence: { props: { parameterGroupName: undefined }, says: /not set/ },
  },
});
