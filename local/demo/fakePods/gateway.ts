import { freePorts, startProcess, waitUntil, type ManagedProcess } from "../../process.ts";

/** The running gateway, seen from outside. */
export interface Gateway {
  /** Of the API, without a path. */
  readonly url: string;
  readonly metricsUrl: string;
  readonly process: ManagedProcess;
}

export interface GatewayOptions {
  /** Path of its bundle. */
  readonly program: string;
  /** Where its servers are. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of its log. */
  readonly folder: string;
}

/** Starts the real service; ready when it says so. */
export async function startGateway({ program, environment, folder }: GatewayOptions): Promise<Gateway> {
  const [port = 0, metricsPort = 0] = await freePorts(2);
  const service = startProcess({
    name: "api-gateway",
    command: process.execPath,
    args: [program],
    folder,
    env: {
      PATH: process.env["PATH"],
      HOST: "127.0.0.1",
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      POD_NAME: "api-gateway",
      ...environment,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(async () => (await fetch(`${url}/healthz/ready`)).ok, {
    ...{ what: "the gateway to be ready", timeoutSeconds: 60, processes: [service] },
  });
  return { url, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`, process: service };
}
