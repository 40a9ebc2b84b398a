import { loadKubeConfig } from "../adapters/kubernetes/client.ts";
import { kubernetesTarget } from "../adapters/kubernetes/kubernetesTarget.ts";
import { MemoryStateStore } from "../adapters/system/memoryStateStore.ts";
import { systemClock } from "../adapters/system/systemClock.ts";
import type { AutoscalerConfig } from "../config/schema.ts";
import { toTargetSpec } from "../config/targetSpec.ts";
import { runLoops } from "../control/loop.ts";
import { Reconciler } from "../control/reconciler.ts";
import { DecisionLog } from "../observe/decisionLog.ts";
import { History } from "../observe/history.ts";
import { Logs, createLogger, type Logger } from "../observe/logs.ts";
import { Metrics } from "../observe/metrics.ts";
import { startServer, type RunningServer, type ServerParts } from "../observe/server.ts";
import { fanOut } from "../observe/telemetry.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { UsageError, readConfig } from "./files.ts";
import { SourceFactory } from "./metricSources.ts";

/** A source that does not answer by then is missing in this tick; RabbitMQ's own calls end at 3 s. */
const metricTimeoutSeconds = 4;

/** The service: serves HTTP and runs one loop a target until the signal aborts, then ends what is in flight. */
export async function run(configFile: string, kubeconfigFile: string | undefined, signal: AbortSignal): Promise<void> {
  const config = await readConfig(configFile);
  const logger = createLogger(config.logLevel);
  const history = new History();
  const specs = config.targets.map(toTargetSpec);
  const metrics = new Metrics(specs);
  const decisionLog = openDecisionLog(config, logger);
  const telemetry = fanOut([history, metrics, new Logs(logger), ...decisionLog], (error) => {
    logger.error({ err: error }, "a decision could not be told");
  });
  const sources = new SourceFactory(config, systemClock);
  // What can fail at once comes before the watches begin: they would keep a failed start alive.
  const kubeConfig = kubeConfigOf(kubeconfigFile);
  const parts = {
    targets: config.targets,
    history,
    registry: metrics.registry,
    clock: systemClock,
    onError: (error: unknown) => {
      logger.error({ err: error }, "a request failed");
    },
  };
  const server = await listen(parts, config.server);
  const loops = connectTargets(config, { kubeConfig, telemetry, sources, logger, signal });
  logger.info({ url: server.url, targets: config.targets.map(({ name }) => name) }, "autoscaler started");
  await runLoops(loops, systemClock, signal);
  await Promise.all([server.close(), sources.close(), ...decisionLog.map((log) => log.close())]);
  logger.info("autoscaler stopped");
}

function kubeConfigOf(file: string | undefined): ReturnType<typeof loadKubeConfig> {
  try {
    return loadKubeConfig(file);
  } catch (error) {
    throw new UsageError(`no access to Kubernetes: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function listen(parts: ServerParts, { host, port }: AutoscalerConfig["server"]): Promise<RunningServer> {
  try {
    return await startServer(parts, { host, port });
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new UsageError(`server: cannot listen on ${host}:${port}: ${code}`);
  }
}

interface Wiring {
  readonly kubeConfig: ReturnType<typeof loadKubeConfig>;
  readonly telemetry: Telemetry;
  readonly sources: SourceFactory;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

function connectTargets(config: AutoscalerConfig, { kubeConfig, telemetry, sources, logger, signal }: Wiring) {
  const states = new MemoryStateStore();
  const clock = systemClock;
  return config.targets.map((target) => {
    const onEventFailure = (error: string) => {
      logger.warn({ target: target.name, error }, "an Event could not be written");
    };
    const kubernetes = kubernetesTarget({ kubeConfig, clock, ref: target.scaleTargetRef, signal, onEventFailure });
    const { scaleTarget, pods, events } = kubernetes;
    const ports = {
      scaleTarget,
      pods,
      events,
      states,
      telemetry,
      clock,
      metrics: sources.sourcesOf(target, kubernetes),
    };
    const reconciler = new Reconciler(toTargetSpec(target), ports, metricTimeoutSeconds);
    return { periodSeconds: target.periodSeconds, tick: (ended: AbortSignal) => reconciler.tick(ended) };
  });
}

function openDecisionLog(config: AutoscalerConfig, logger: Logger): DecisionLog[] {
  if (config.decisionLog === undefined) return [];
  const onError = (error: Error): void => {
    logger.error({ error: error.message }, "the decision log cannot be written");
  };
  return [new DecisionLog(config.decisionLog.file, onError)];
}
