import { requireTags } from "../../../../policy/aws/requireTags.ts";
import { bucket } from "../../support/awsResources.ts";
import { describePolicy } from "../../support/describePolicy.ts";

describePolicy(requireTags, {
  compliant: {
    ...bucket,
    opts: { provider: "urn:aws::id" },
    props: { tags: { Environment: "prod" } },
  },
  others: [
    {
      type: "pulumi:providers:aws",
      name: "aws",
      urn: "urn:aws",
      // The provider's own nested properties are JSON text.
      props: { defaultTags: JSON.stringify({ tags: { Project: "jobsprint" } }) },
    },
  ],
  refuses: {
    "a missing tag": { props: { tags: undefined }, says: /tags is \["Project"\], but must be with Environment too/ },
  },
});
