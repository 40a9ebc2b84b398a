import { denySecretsInEnvironment } from "../../../../../policy/kubernetes/workload/denySecretsInEnvironment.ts";
import { container, deployment } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denySecretsInEnvironment, {
  compliant: deployment,

  accepts: {
    "the path of a file": {
      props: { [`${container}.env.0`]: { name: "DB_PASSWORD_FILE", value: "/etc/db/password" } },
    },
    "a reference to a Secret": {
      props: { [`${container}.env.0`]: { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db" } } } },
    },
  },
  refuses: {
    "a password": {
      props: { [`${container}.env.0`]: { name: "DB_PASSWORD", value: "hunter2" } },
      says: /^(?!.*hunter2).*env\[DB_PASSWORD\] holds a secret/,
    },
    "credentials in a URL": {
      props: { [`${container}.env.0`]: { name: "BROKER", value: "amqps://me:hunter2@rabbitmq" } },
      says: /^(?!.*hunter2).*env\[BROKER\]/,
    },
  },
});
