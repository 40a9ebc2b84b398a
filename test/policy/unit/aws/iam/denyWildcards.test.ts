import { denyWildcards } from "../../../../../policy/aws/iam/denyWildcards.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

const document = (Action: string | string[], Resource: string, Effect = "Allow") =>
  JSON.stringify({ Statement: { Effect, Action, Resource } });

describePolicy(denyWildcards, {
  compliant: { type: "aws:iam/policy:Policy", name: "policy", props: { policy: document(["s3:GetObject"], "*") } },

  accepts: {
    "everything of one bucket": { props: { policy: document("s3:*", "arn:aws:s3:::assets/*") } },
    "a Deny of everything": { props: { policy: document("*", "*", "Deny") } },
  },
  refuses: {
    everything: { props: { policy: document("*", "*") }, says: /Action on Resource "\*" is \["\*"\]/ },
    "everything of a service": { props: { policy: document(["sqs:SendMessage", "s3:*"], "*") }, says: /\["s3:\*"\]/ },
  },
});
