/** Values of the chart kube-prometheus-stack. Pure. */
import type { Size } from "../sizing.ts";
import { ruleGroups } from "./rules.ts";
import { scrapeInterval } from "./scrapeConfigs.ts";

/** Secrets that the chart reads, beside it in the namespace. */
export const stackSecrets = {
  scrapeConfigs: { name: "jobsprint-scrape-configs", key: "scrape-configs.yaml" },
  grafana: { name: "grafana-admin", usernameKey: "username", passwordKey: "password" },
} as const;

/** Of each Prometheus. A pod has about a thousand series, and a sample takes two bytes. */
const sizes = {
  small: { storageGi: 30, cpu: "500m", memory: "2Gi" },
  medium: { storageGi: 100, cpu: "1", memory: "4Gi" },
  large: { storageGi: 300, cpu: "2", memory: "16Gi" },
} as const satisfies Readonly<Record<Size, object>>;

/** Share of the disk that samples may take: the log of writes and a compaction come on top. */
const fill = 0.85;

export interface StackValues {
  readonly size: Size;
  /** Samples are kept so long, unless the disk is full before. */
  readonly retentionDays: number;
  /** Two in different zones hold the same. */
  readonly replicas: number;
  readonly storageClassName: string;
}

/** What EKS keeps to itself: its targets would be down for ever, and their alerts with them. */
const hidden = { enabled: false };

export function stackValues({ size, retentionDays, replicas, storageClassName }: StackValues): Record<string, unknown> {
  const { storageGi, cpu, memory } = sizes[size];
  return {
    fullnameOverride: "kube-prometheus-stack",
    kubeControllerManager: hidden,
    kubeScheduler: hidden,
    kubeEtcd: hidden,
    kubeProxy: hidden,
    grafana: {
      admin: {
        existingSecret: stackSecrets.grafana.name,
        userKey: stackSecrets.grafana.usernameKey,
        passwordKey: stackSecrets.grafana.passwordKey,
      },
    },
    ...(ruleGroups.length > 0 && { additionalPrometheusRulesMap: { jobsprint: { groups: ruleGroups } } }),
    prometheus: {
      prometheusSpec: {
        replicas,
        podAntiAffinity: "soft",
        podAntiAffinityTopologyKey: "topology.kubernetes.io/zone",
        scrapeInterval,
        retention: `${retentionDays}d`,
        retentionSize: `${Math.floor(storageGi * fill)}GiB`,
        additionalScrapeConfigsSecret: { enabled: true, ...stackSecrets.scrapeConfigs },
        resources: { requests: { cpu, memory }, limits: { memory } },
        storageSpec: {
          volumeClaimTemplate: {
            spec: {
              storageClassName,
              accessModes: ["ReadWriteOnce"],
              resources: { requests: { storage: `${storageGi}Gi` } },
            },
          },
        },
      },
      // The chart's own: one stays.
      podDisruptionBudget: { enabled: replicas > 1 },
    },
  };
}
