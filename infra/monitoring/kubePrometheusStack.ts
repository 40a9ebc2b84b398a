import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { stringify } from "yaml";
import { labelsOf } from "../kubernetes/labels.ts";
import { monitoringNamespace } from "../naming.ts";
import { dashboards } from "./rules.ts";
import { scrapeConfigs } from "./scrapeConfigs.ts";
import { stackSecrets, stackValues, type StackValues } from "./stackValues.ts";

export type KubePrometheusStackArgs = StackValues;

const chart = {
  chart: "kube-prometheus-stack",
  version: "88.5.3",
  repositoryOpts: { repo: "https://prometheus-community.github.io/helm-charts" },
} as const;

/** Letters and digits: 190 bits. */
const passwordLength = 32;

const metadataOf = (name: string): k8s.types.input.meta.v1.ObjectMeta => ({
  name,
  namespace: monitoringNamespace,
  labels: labelsOf(name, "monitoring"),
});

/** Prometheus, Alertmanager and Grafana for the whole cluster. AWS only; depends on the namespace and the storage class. */
export class KubePrometheusStack extends pulumi.ComponentResource {
  constructor(name: string, args: KubePrometheusStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:monitoring:KubePrometheusStack", name, args, opts);
    const parent = { parent: this };
    const { grafana, scrapeConfigs: scraped } = stackSecrets;
    const password = new random.RandomPassword(
      `${name}-grafana-password`,
      { length: passwordLength, special: false },
      parent,
    );
    const admin = new k8s.core.v1.Secret(
      `${name}-grafana-admin`,
      {
        metadata: metadataOf(grafana.name),
        stringData: { [grafana.usernameKey]: "admin", [grafana.passwordKey]: password.result },
      },
      parent,
    );
    // A Secret only because the operator takes nothing else.
    const scrapes = new k8s.core.v1.Secret(
      `${name}-scrape-configs`,
      {
        metadata: metadataOf(scraped.name),
        stringData: { [scraped.key]: stringify(scrapeConfigs, { aliasDuplicateObjects: false }) },
      },
      parent,
    );
    for (const { name: title, json } of dashboards) {
      // Grafana's sidecar looks for the label.
      const labels = { ...labelsOf(title, "monitoring"), grafana_dashboard: "1" };
      const metadata = { ...metadataOf(`dashboard-${title}`), labels };
      const data = { [`${title}.json`]: JSON.stringify(json) };
      new k8s.core.v1.ConfigMap(`${name}-dashboard-${title}`, { metadata, data }, parent);
    }
    new k8s.helm.v3.Release(
      `${name}-release`,
      {
        ...chart,
        name: chart.chart,
        namespace: monitoringNamespace,
        atomic: true,
        timeout: 900,
        values: stackValues(args),
      },
      { parent: this, dependsOn: [admin, scrapes] },
    );
    this.registerOutputs({});
  }
}
