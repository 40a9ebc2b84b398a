import { requireTags } from "../../../../policy/aws/requireTags.ts";
import { bucket } from "../../support/awsResources.ts";
import { describePolicy } from "../../support/describePolicy.ts";

describePolicy(requireTags, {
  compliant: {
    ...bucket,
    opts: { provider: "urn:aws::id" },
    props: { tags: { costCenter: "development" } },
  },
  others: [
    {
      type: "pulumi:providers:aws",
      name: "aws",
      urn: "urn:aws",
      // The provider's own nested properties are JSON text.
      props: { defaultTags: JSON.stringify({ tags: { owner: "platform-team" } }) },
    },
  ],
  refuses: {
    "a missing tag": { props: { tags: undefined }, says: /tags is \["owner"\], but must be with costCenter too/ },
  },
});
