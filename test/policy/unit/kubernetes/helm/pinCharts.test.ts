import { pinCharts } from "../../../../../policy/kubernetes/helm/pinCharts.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(pinCharts, {
  compliant: { type: "kubernetes:helm.sh/v3:Release", name: "chart", props: { version: "88.5.3" } },

  refuses: {
    "the newest": { props: { version: undefined }, says: /version is not set/ },
    "a range": { props: { version: "^88.0.0" }, says: /version is "\^88.0.0"/ },
  },
});
