import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { runCommand } from "../command.ts";
import { apply } from "../kubernetes/apply.ts";
import type { ControlPlane } from "../kubernetes/controlPlane.ts";
import { repositoryRoot } from "../paths.ts";
import { freePort, startProcess, temporaryFolder, waitUntil, type ManagedProcess } from "../process.ts";
import type { Rabbitmq } from "../servers/rabbitmq.ts";

export const namespace = "bench";
export const serviceAccount = "autoscaler";

export interface Service {
  readonly process: ManagedProcess;
  readonly url: string;
  readonly decisionLog: string;
  stop(): Promise<void>;
}

/** Builds the autoscaler's bundle, which is what its image runs; returns the program's path. */
export async function buildProgram(): Promise<string> {
  const folder = temporaryFolder("bundle");
  await runCommand(process.execPath, [join(repositoryRoot, "build", "main.ts"), "autoscaler", folder]);
  return join(folder, "autoscaler.mjs");
}

export interface ServiceOptions {
  readonly program: string;
  readonly controlPlane: ControlPlane;
  readonly broker: Rabbitmq;
  /** Of the configuration. */
  readonly targets: readonly object[];
}

/** What stands between node and the program on the image's command line. */
function imageNodeOptions(): string[] {
  const dockerfile = readFileSync(join(repositoryRoot, "autoscaler", "Dockerfile"), "utf8");
  const [, command = "[]"] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  return (JSON.parse(command) as string[]).filter((word) => word.startsWith("--"));
}

/** For a look inside: more options of Node, such as --cpu-prof. */
const moreNodeOptions = (process.env["BENCH_NODE_OPTIONS"] ?? "").split(" ").filter(Boolean);

/** Starts the service as a service account with the Roles that it prints for itself. Ready when each target has been decided once. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { program, controlPlane } = options;
  const folder = temporaryFolder("service");
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const decisionLog = join(folder, "decisions.ndjson");
  const config = join(folder, "config.yaml");
  writeFileSync(config, stringify(configuration(options, { port, decisionLog }), { aliasDuplicateObjects: false }));
  const service = startProcess({
    ...{ name: "autoscaler", command: process.execPath, folder },
    args: [...imageNodeOptions(), ...moreNodeOptions, program, "run", "--config", config],
    env: {
      PATH: process.env["PATH"],
      KUBECONFIG: await grantedKubeconfig(controlPlane, program, config),
      NODE_ENV: "production",
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(async () => (await fetch(`${url}/readyz`)).ok, {
    ...{ what: "the first decision of each target", timeoutSeconds: 180, intervalMs: 500, processes: [service] },
  });
  return { process: service, url, decisionLog, stop: () => service.stop() };
}

async function grantedKubeconfig(controlPlane: ControlPlane, program: string, config: string): Promise<string> {
  const rights = ["--namespace", namespace, "--service-account", serviceAccount];
  const roles = await runCommand(process.execPath, [program, "rbac", "--config", config, ...rights]);
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: serviceAccount, namespace } };
  await apply(controlPlane, `${stringify(account)}---\n${roles}`);
  return controlPlane.kubeconfigFor({ serviceAccount, namespace });
}

interface Places {
  readonly port: number;
  readonly decisionLog: string;
}

function configuration({ broker, targets }: ServiceOptions, { port, decisionLog }: Places): object {
  const { amqpUrl, managementUrl, usernameFile, passwordFile } = broker;
  return {
    apiVersion: "autoscaling.jobsprint.dev/v1alpha1",
    kind: "AutoscalerConfig",
    brokers: { main: { managementUrl, amqpUrl, usernameFile, passwordFile } },
    server: { host: "127.0.0.1", port },
    decisionLog: { file: decisionLog },
    targets,
  };
}
