import { denyMirroredQueues } from "../../../../../policy/kubernetes/configuration/denyMirroredQueues.ts";
import { object } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyMirroredQueues, {
  compliant: object("core/v1:ConfigMap", "config", {
    data: { "definitions.json": '{"policies": [{"definition": {"delivery-limit": 20}}]}' },
  }),

  refuses: {
    "a mirroring policy": {
      props: { data: { "definitions.json": '{"definition": {"ha-mode": "all"}}' } },
      says: /definitions.json uses ha-mode/,
    },
    "a mirroring argument in base64": {
      props: { data: { "definitions.json": Buffer.from('{"x-ha-policy": "all"}').toString("base64") } },
      says: /uses x-ha-policy/,
    },
    "a Secret's text": { props: { stringData: { load: "ha-sync-mode" } }, says: /load uses ha-sync-mode/ },
  },
});
