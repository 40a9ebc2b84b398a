import { redirectHttp } from "../../../../../policy/aws/lb/redirectHttp.ts";
import { listener } from "../../../support/awsResources.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(redirectHttp, {
  compliant: listener,

  accepts: {
    "a redirect": {
      props: { protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS" } }] },
    },
  },
  refuses: {
    "answers over plain HTTP": { props: { protocol: "HTTP" }, says: /defaultActions is \{"type":"forward"\}/ },
    "a redirect to HTTP": {
      props: { protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol: "HTTP" } }] },
      says: /a redirect to HTTPS/,
    },
  },
});
