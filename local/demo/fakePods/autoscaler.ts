import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { repositoryRoot } from "../../paths.ts";
import { freePort, startProcess, waitUntil } from "../../process.ts";
import { workload } from "./cluster.ts";
import type { FakePodsOptions } from "../options.ts";
import { replay, type Replay } from "../replay.ts";
import { reasonOf, type Scale } from "../scale.ts";
import { type RenderedAutoscaler, type RenderedTarget } from "./renderedAutoscaler.ts";

/** What the service is configured with and runs against. */
export interface AutoscalerOptions {
  readonly demo: FakePodsOptions;
  /** Credentials by path: the configuration names files, never the password. */
  readonly broker: {
    readonly amqpUrl: string;
    readonly managementUrl: string;
    readonly usernameFile: string;
    readonly passwordFile: string;
  };
  readonly rendered: RenderedAutoscaler;
  /** Of the rendered service account. */
  readonly kubeconfig: string;
  /** Of the configuration, the log and the decision log. */
  readonly folder: string;
}

/** What the autoscaler says over HTTP about its target. */
export interface TargetStatus {
  /** What the last decision asked for; the workload may not be there yet. */
  readonly desiredReplicas: number;
  /** One sentence for people, with the rule that decided. */
  readonly explanation: string;
}

/** The running service, seen from outside: by its HTTP pages, its log and its commands. */
export interface Autoscaler {
  /** Undefined while it has not decided or does not answer. */
  status(): Promise<TargetStatus | undefined>;
  /** Ends it and resolves when its logs are complete. */
  stop(): Promise<void>;
  /** Every change it has written, from its log. */
  scales(): readonly Scale[];
  /** Decides its decision log again. */
  replay(): Promise<Replay>;
}

/** Starts the service as a process of its own, with the rendered configuration as far as the demo has its parts. Ready when it has decided once. */
export async function startAutoscaler(options: AutoscalerOptions): Promise<Autoscaler> {
  const { folder, kubeconfig } = options;
  const port = await freePort();
  // In the folder of the results: people look at these files afterwards.
  const configFile = join(folder, "autoscaler.yaml");
  const decisionLog = join(folder, "decisions.ndjson");
  const logFile = join(folder, "autoscaler.log");
  writeFileSync(configFile, stringify(configuration(options, port, decisionLog)));
  const service = startProcess({
    name: "autoscaler",
    command: process.execPath,
    args: [join(repositoryRoot, "autoscaler", "src", "main.ts"), "run", "--config", configFile],
    folder,
    log: logFile,
    // Nothing else of ours: the service has to live on its configuration alone.
    env: { PATH: process.env["PATH"], KUBECONFIG: kubeconfig },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(async () => (await fetch(`${url}/readyz`)).ok, {
    ...{ what: "the autoscaler's first decision", timeoutSeconds: 60, processes: [service] },
  });
  return {
    async status() {
      try {
        // The picture takes a sample twice a second, so a slow answer is worth no wait.
        const answer = await fetch(`${url}/v1/targets`, { signal: AbortSignal.timeout(2000) });
        const { targets } = (await answer.json()) as { targets: (TargetStatus & { at: number | null })[] };
        // Null until the first decision.
        return targets.find(({ at }) => at !== null);
      } catch {
        return undefined;
      }
    },
    stop: () => service.stop(),
    scales: () => readScales(readFileSync(logFile, "utf8")),
    replay: () => replay(configFile, decisionLog),
  };
}

/**
 * The rendered document with what differs here: the broker's addresses, one target, bounds and pace. Fake pods have neither CPU
 * nor requests to read, so of the rules the one that bounds the wait is left.
 */
function configuration({ rendered, demo, broker }: AutoscalerOptions, port: number, decisionLog: string): object {
  const { amqpUrl, managementUrl, usernameFile, passwordFile } = broker;
  const target = rendered.configuration.targets.find(({ name }) => name === workload.name);
  if (target === undefined) throw new Error(`the rendered configuration has no target ${workload.name}`);
  const { queueDepth } = target.metrics;
  // Served to no HPA here: the gateway is one process.
  const { customMetrics: _, ...configured } = rendered.configuration;
  return {
    ...configured,
    brokers: { main: { managementUrl, amqpUrl, usernameFile, passwordFile } },
    server: { host: "127.0.0.1", port },
    decisionLog: { file: decisionLog },
    logLevel: "info",
    targets: [
      {
        ...target,
        minReplicas: demo.minReplicas,
        maxReplicas: demo.maxReplicas,
        metrics: { queueDepth },
        rules: [drainRule(target, demo)],
        // An hour of arrivals passes in two minutes, so the behavior is quicker than a production one.
        behavior: {
          scaleUp: { policies: [{ type: "Pods", value: demo.maxReplicas, periodSeconds: 5 }] },
          scaleDown: {
            stabilizationWindowSeconds: 20,
            policies: [{ type: "Percent", value: 50, periodSeconds: 5 }],
          },
        },
      },
    ],
  };
}

function drainRule({ rules }: RenderedTarget, demo: FakePodsOptions): object {
  const rule = rules.find(({ drain }) => drain !== undefined);
  if (rule === undefined) throw new Error("the rendered target has no drain rule");
  return {
    ...rule,
    drain: {
      ...(rule["drain"] as object),
      maxWaitSeconds: demo.maxWaitSeconds,
      readinessDelaySeconds: demo.readinessDelaySeconds,
      // What an operator knows of the jobs; replaced by what is learned from acks.
      serviceRatePerReplica: 1 / demo.meanWorkSeconds,
    },
  };
}

/** Fields of the record of a change; other records have other ones. */
interface LogLine {
  readonly time: string;
  readonly msg: string;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly explanation: string;
}

/** The changes in the autoscaler's log, which is JSON lines. */
export function readScales(log: string): readonly Scale[] {
  // Node's own warnings are no JSON, and a killed process may leave half a line.
  const lines = log.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
  return lines
    .map((line) => JSON.parse(line) as LogLine)
    .filter(({ msg }) => msg === "scaled")
    .map(({ time, currentReplicas, desiredReplicas, explanation }) => ({
      at: Date.parse(time) / 1000,
      from: currentReplicas,
      to: desiredReplicas,
      reason: reasonOf(explanation),
    }));
}
