import { outlastPreStop } from "../../../../../policy/kubernetes/workload/outlastPreStop.ts";
import { container, deployment, pod } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(outlastPreStop, {
  compliant: deployment,

  accepts: {
    "a shorter pause": { props: { [`${container}.lifecycle`]: { preStop: { sleep: { seconds: 10 } } } } },
    "a hook of unknown length": {
      props: { [`${container}.lifecycle`]: { preStop: { exec: { command: ["rabbitmq-upgrade", "drain"] } } } },
    },
  },
  refuses: {
    "a pause as long as the grace": {
      props: { [`${container}.lifecycle`]: { preStop: { sleep: { seconds: 30 } } } },
      says: /terminationGracePeriodSeconds is 30, but must be longer than the preStop of main \(30 s\)/,
    },
    "a sleep in a shell": {
      props: {
        [`${pod}.terminationGracePeriodSeconds`]: 15,
        [`${container}.lifecycle`]: { preStop: { exec: { command: ["sh", "-c", "sleep 20"] } } },
      },
      says: /20 s/,
    },
  },
});
