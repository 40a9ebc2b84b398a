import { denyAdministrator } from "../../../../../policy/aws/iam/denyAdministrator.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyAdministrator, {
  compliant: {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "attachment",
    props: { policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
  },

  refuses: {
    "an administrator": {
      props: { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      says: /policyArn is .*AdministratorAccess/,
    },
  },
});
