import { requireTags } from "../../../../policy/aws/requireTags.ts";
import { bucket } from "../../support/awsResources.ts";
import { describePolicy } from "../../support/describePolicy.ts";

describePolicy(requireTags, {
  compliant: {
    ...bucket,
    provider: { defaultTags: JSON.stringify({ tags: { Project: "jobsprint" } }) },
    props: { tags: { Environment: "prod" } },
  },

  refuses: {
    "a missing tag": { props: { tags: undefined }, says: /tags is \["Project"\], but must be with Environment too/ },
  },
});
