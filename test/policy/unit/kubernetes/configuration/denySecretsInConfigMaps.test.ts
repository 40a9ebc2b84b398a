import { denySecretsInConfigMaps } from "../../../../../policy/kubernetes/configuration/denySecretsInConfigMaps.ts";
import { object } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denySecretsInConfigMaps, {
  compliant: object("core/v1:ConfigMap", "config", {
    data: {
      "app.yaml":
        "passwordFile: /etc/rabbitmq/password\ntoken: ${TOKEN}\npassword=$(cat /etc/password)\nurl: amqps://rabbitmq:5671",
    },
  }),

  refuses: {
    "a password": {
      props: { data: { "redis.conf": "appendonly yes\nrequirepass hunter2" } },
      says: /^data\[redis.conf\](?!.*hunter2)/,
    },
    "a cookie": { props: { data: { env: "RABBITMQ_ERLANG_COOKIE=hunter2" } }, says: /data\[env\]/ },
    "a JSON field": {
      props: { data: { "definitions.json": '{\n "password_hash": "aHVudGVyMg=="\n}' } },
      says: /holds a secret/,
    },
    "credentials in a URL": {
      props: { data: { url: "amqps://me:hunter2@rabbitmq" } },
      says: /^data\[url\](?!.*hunter2)/,
    },
    "a private key": { props: { data: { "tls.key": "-----BEGIN EC PRIVATE KEY-----" } }, says: /data\[tls.key\]/ },
  },
});
