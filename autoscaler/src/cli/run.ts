import { hostname } from "node:os";
import { loadKubeConfig } from "../adapters/kubernetes/api/client.ts";
import { systemClock } from "../adapters/system/systemClock.ts";
import type { AutoscalerConfig } from "../config/schema.ts";
import { toTargetSpec } from "../config/targetSpec.ts";
import { runTerm } from "../control/term.ts";
import { DecisionLog } from "../observe/decisionLog.ts";
import { History, historyCapacity } from "../observe/history.ts";
import { Logs, createLogger, type Logger } from "../observe/logs.ts";
import { Metrics } from "../observe/metrics.ts";
import { startServer, type RunningServer, type ServerParts } from "../observe/server.ts";
import { fanOut } from "../observe/telemetry.ts";
import type { Note } from "../ports/telemetry.ts";
import { serveCustomMetrics, type ServedCustomMetrics } from "./customMetrics.ts";
import { UsageError, readConfig } from "./files.ts";
import { leadership } from "./leadership.ts";
import { SourceFactory } from "./metricSources.ts";
import { connectTargets } from "./targets.ts";

/** Until the API server has heard that this pod goes, it may still ask here for values. */
const drainSeconds = 3;

/**
 * The service: serves HTTP, and while it leads runs one loop a target, until the signal aborts; then ends what is in
 * flight and resolves. Rejects with a ConfigError or a UsageError when it cannot start; once started, no outage ends it.
 * `kubeconfigFile` undefined: the service account of the pod.
 */
export async function run(configFile: string, kubeconfigFile: string | undefined, signal: AbortSignal): Promise<void> {
  const clock = systemClock;
  const config = await readConfig(configFile);
  const logger = createLogger(config.logLevel);
  const history = new History(historyCapacity(config.targets.length));
  const metrics = new Metrics(config.targets.map(toTargetSpec));
  const decisionLog = openDecisionLog(config, logger);
  // History first: whoever reads a log line finds its decision by HTTP already.
  const telemetry = fanOut([history, metrics, new Logs(logger), ...decisionLog], (error) => {
    logger.error({ err: error }, "a decision could not be told");
  });
  const note = (kind: Note["kind"], detail: string): void => {
    telemetry.noted({ at: clock.now(), kind, detail });
  };
  // What can fail at once comes before the watches begin: they would keep a failed start alive.
  const kubeConfig = kubeConfigOf(kubeconfigFile);
  // With a random part: a pod that restarts keeps its host name, and must not take itself for the holder of its old lease.
  const identity = `${hostname()}_${clock.random().toString(36).slice(2, 10)}`;
  const { elector, states } = leadership(config, { kubeConfig, clock, identity, note });
  // Filled later: readiness is asked for before the sources are connected.
  const customMetrics: { served?: ServedCustomMetrics } = {};
  const hindrances = (): readonly string[] => {
    if (signal.aborted) return ["the process is ending"];
    if (config.customMetrics === undefined) return [];
    return customMetrics.served?.notReady() ?? ["custom metrics are not served yet"];
  };
  const parts = {
    hindrances,
    ...{ targets: config.targets, history, registry: metrics.registry, clock, elector },
    onError: (error: unknown) => {
      logger.error({ err: error }, "a request failed");
    },
  };
  // Before the election: a process that waits for the lease has to answer its probes.
  const server = await listen(parts, config.server);
  const sources = new SourceFactory(config, clock);
  const failed = new AbortController();
  const shared = { kubeConfig, sources, logger, clock, signal: AbortSignal.any([signal, failed.signal]) };
  const targets = connectTargets(config, { ...shared, telemetry, states, elector, note });
  const served = await serveCustomMetrics(config, { ...shared, targets, metrics }).catch(async (error: unknown) => {
    // Watches and the port would keep a process alive that has not started.
    failed.abort();
    await Promise.all([server.close(), sources.close()]);
    throw error;
  });
  if (served !== undefined) customMetrics.served = served;
  logger.info({ url: server.url, targets: config.targets.map(({ name }) => name), identity }, "autoscaler started");
  const { ready, loops, tellRefused: onRefused } = targets;
  const term = { states, telemetry, clock, ready, loops, onRefused };
  await elector.run((ends) => runTerm(term, identity, ends), signal);
  // The lease is given back by now: nobody waits for this but those who still ask.
  if (served !== undefined) await clock.sleep(drainSeconds, failed.signal);
  // After the last term, so that its last ticks could still read and tell.
  await Promise.all([...[server.close(), served?.close(), sources.close()], ...decisionLog.map((log) => log.close())]);
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

function openDecisionLog(config: AutoscalerConfig, logger: Logger): DecisionLog[] {
  if (config.decisionLog === undefined) return [];
  // Told once, by the log itself; the service goes on without it, since it scales and only then explains.
  const onError = (error: Error): void => {
    logger.error({ error: error.message }, "the decision log cannot be written");
  };
  return [new DecisionLog(config.decisionLog.file, onError)];
}
