import { forceTls } from "../../../../../policy/aws/rds/forceTls.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(forceTls, {
  compliant: {
    type: "aws:rds/parameterGroup:ParameterGroup",
    name: "parameters",
    props: { family: "postgres17", parameters: [{ name: "rds.force_ssl", value: "1" }] },
  },

  accepts: { "a group of another engine": { props: { family: "mysql8.0", parameters: [] } } },
  refuses: {
    "TLS as an option": { props: { "parameters.0.value": "0" }, says: /rds.force_ssl\] is "0"/ },
    silence: { props: { parameters: [] }, says: /not set/ },
  },
});
