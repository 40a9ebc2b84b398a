import { parse } from "yaml";
import type { Client } from "../client.ts";
import type { Bounds } from "../options.ts";
import { corePath, readObject } from "./apiServer.ts";

/** The Deployment that the autoscaler scales. */
export const workers = "workflow-worker";

/** What the autoscaler in the cluster was configured with, as far as a run needs it. */
export interface AutoscalerConfiguration extends Bounds {
  /** The document as it is. */
  readonly text: string;
  /** Of the rule that bounds the wait. */
  readonly maxWaitSeconds: number;
  /** The queue's metric, which that rule reads. */
  readonly metric: string;
  /** Decisions that the program keeps of one target. */
  readonly capacity: number;
  /** ConfigMap of the first 200 targets' states. */
  readonly stateMap: string;
}

interface Document {
  readonly targets: readonly (Bounds & {
    readonly name: string;
    readonly rules: readonly { readonly drain?: { readonly metric: string; readonly maxWaitSeconds: number } }[];
  })[];
  readonly state?: { readonly configMapName?: string };
}

/** Reads the ConfigMap that the autoscaler's pods have mounted. */
export async function readConfiguration(api: Client): Promise<AutoscalerConfiguration> {
  const map = await readObject<{ data?: Record<string, string> }>(api, `${corePath}/configmaps/autoscaler`);
  const [text] = Object.values(map?.data ?? {});
  if (text === undefined) throw new Error("the cluster has no ConfigMap autoscaler with a configuration");
  return configurationOf(text);
}

/** Throws where the workers are no target, or nothing bounds their wait. */
export function configurationOf(text: string): AutoscalerConfiguration {
  const { targets, state } = parse(text) as Document;
  const target = targets.find(({ name }) => name === workers);
  const drain = target?.rules.find((rule) => rule.drain !== undefined)?.drain;
  if (target === undefined || drain === undefined)
    throw new Error(`the autoscaler's configuration has no target ${workers} with a drain rule`);
  const { minReplicas, maxReplicas } = target;
  return {
    ...{ text, minReplicas, maxReplicas, maxWaitSeconds: drain.maxWaitSeconds, metric: drain.metric },
    // As autoscaler/src/observe/history.ts shares its memory among the targets.
    capacity: Math.min(500, Math.max(2, Math.floor(5000 / targets.length))),
    stateMap: `${state?.configMapName ?? "jobsprint-autoscaler-state"}-0`,
  };
}
