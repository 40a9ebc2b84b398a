import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect as connectPlain, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { AppsV1Api } from "@kubernetes/client-node";
import { connect } from "amqplib";
import { createClient } from "redis";
import { parse, stringify } from "yaml";
import { CertificateAuthority } from "../../../../infra/data/certificates/certificateAuthority.ts";
import { capture } from "../../../../infra/render/capture.ts";
import { manifestsOf, type Manifest } from "../../../../infra/render/manifests.ts";
import { Autoscaler } from "../../../../infra/scaling/autoscaler.ts";
import { sizing } from "../../../../infra/sizing.ts";
import { apply, loadKubeConfig } from "../../../../local/kubernetes/apply.ts";
import { createAuthority, issueCertificate, type Certificate } from "../../../../local/kubernetes/certificates.ts";
import { startControlPlane, type ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { startKwok } from "../../../../local/kubernetes/kwok.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { freePort, startProcess, temporaryFolder, type ManagedProcess } from "../../../../local/process.ts";
import { startRabbitmq, type Rabbitmq } from "../../../../local/servers/rabbitmq.ts";
import { startRedis, type RedisServer } from "../../../../local/servers/redis.ts";
import { until } from "../../../support/until.ts";
import { buildServices, images } from "../../unit/services/support/build.ts";

const namespace = "jobsprint";

interface Document {
  brokers: { main: Record<"managementUrl" | "amqpUrl" | "usernameFile" | "passwordFile", string> };
  targets: { name: string; minReplicas: number; metrics: { jobs?: { redis: { urlFile: string } } } }[];
  customMetrics: object;
}

interface Places {
  readonly broker: Document["brokers"]["main"];
  readonly redisUrlFile: string;
  readonly certificate: Certificate;
}

/** Speaks TLS in front of a server that does not; returns its port. */
async function terminateTls(port: number, certificate: Certificate): Promise<Server & { port: number }> {
  const [cert, key] = [certificate.certFile, certificate.keyFile].map((file) => readFileSync(file));
  const server = createServer({ cert, key }, (outside) => {
    const inside: Socket = connectPlain(port, "127.0.0.1");
    outside.pipe(inside).pipe(outside);
    for (const socket of [outside, inside]) {
      socket.on("error", () => {
        outside.destroy();
        inside.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

/** The rendered configuration with the addresses and files of this machine in place of the cluster's. */
function localConfig(text: string, places: Places, port: number): string {
  const document = parse(text) as Document;
  document.brokers.main = places.broker;
  for (const { metrics } of document.targets) if (metrics.jobs) metrics.jobs.redis.urlFile = places.redisUrlFile;
  Object.assign(document.customMetrics, places.certificate, { host: "127.0.0.1", port: 0 });
  return stringify({ ...document, server: { host: "127.0.0.1", port } });
}

describe("the rendered autoscaler as a process, with the rights of its account and every connection over TLS", function () {
  this.timeout(180_000);
  let cluster: ControlPlane;
  let rabbitmq: Rabbitmq;
  let redis: RedisServer;
  let scaler: ManagedProcess;
  let apps: AppsV1Api;
  const ends: (() => unknown)[] = [];

  before(async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(40 * 60_000);
    cluster = await startControlPlane();
    ends.push(() => cluster.stop());
    const kwok = await startKwok(cluster);
    ends.push(() => kwok.stop());
    rabbitmq = await startRabbitmq();
    ends.push(() => rabbitmq.stop());
    redis = await startRedis();
    ends.push(() => redis.stop());
    apps = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(AppsV1Api);

    const manifests = manifestsOf(
      (
        await capture(
          () =>
            new Autoscaler("scaler", {
              image: "autoscaler:1",
              authority: new CertificateAuthority("ca"),
              apiServerCidrs: [],
              images,
              sizing: sizing.small,
            }),
        )
      ).resources,
    );
    await applyWorkloads(manifests);
    const named = ({ kind, metadata }: Manifest): boolean => kind === "ConfigMap" && metadata.name === "autoscaler";
    const found = manifests.find(named) as Manifest & { data: Record<string, string> };
    scaler = await startScaler(found.data["config.yaml"] ?? "");
    ends.push(() => scaler.stop());
  });

  after(async () => {
    // Whatever has been started, in reverse, also when a later start failed.
    for (const end of ends.reverse()) await end();
  });

  async function applyWorkloads(own: readonly Manifest[]): Promise<void> {
    const tiers = manifestsOf(await buildServices("small"));
    const workers = ["n8n-worker", "workflow-worker"];
    const objects = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      ...own.filter(({ kind }) => ["ServiceAccount", "Role", "RoleBinding", "ClusterRoleBinding"].includes(kind)),
      ...tiers.filter(({ kind, metadata }) => kind === "ServiceAccount" && workers.includes(metadata.name)),
      ...tiers.filter(({ kind, metadata }) => kind === "Deployment" && workers.includes(metadata.name)),
    ];
    await apply(cluster, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  }

  async function startScaler(text: string): Promise<ManagedProcess> {
    const folder = temporaryFolder("autoscaler-tls");
    const authority = await createAuthority(folder, "jobsprint");
    const certificate = await issueCertificate(folder, authority, {
      name: "servers",
      commonName: "servers",
      subjectAltNames: ["IP:127.0.0.1"],
    });
    const [management, amqp, lists] = await Promise.all(
      [Number(new URL(rabbitmq.managementUrl).port), Number(new URL(rabbitmq.amqpUrl).port), redis.port].map(
        async (port) => {
          const server = await terminateTls(port, certificate);
          ends.push(() => server.close());
          return server.port;
        },
      ),
    );
    const redisUrlFile = join(folder, "redis-url");
    writeFileSync(redisUrlFile, `rediss://127.0.0.1:${lists ?? 0}`);
    const broker = {
      managementUrl: `https://127.0.0.1:${management ?? 0}`,
      amqpUrl: `amqps://127.0.0.1:${amqp ?? 0}`,
      usernameFile: rabbitmq.usernameFile,
      passwordFile: rabbitmq.passwordFile,
    };
    const config = join(folder, "config.yaml");
    writeFileSync(config, localConfig(text, { broker, redisUrlFile, certificate }, await freePort()));
    const KUBECONFIG = await cluster.kubeconfigFor({ serviceAccount: "autoscaler", namespace });
    return startProcess({
      name: "autoscaler",
      command: process.execPath,
      args: [join(repositoryRoot, "autoscaler/src/main.ts"), "run", "--config", config],
      folder,
      env: { PATH: process.env["PATH"], KUBECONFIG, NODE_EXTRA_CA_CERTS: authority.certFile },
    });
  }

  const replicasOf = async (name: string): Promise<number> =>
    (await apps.readNamespacedDeployment({ name, namespace })).spec?.replicas ?? 0;

  async function untilReplicas(name: string, least: number): Promise<void> {
    try {
      await until(`${name} has ${least} replicas or more`, async () => (await replicasOf(name)) >= least, 90);
    } catch (error) {
      throw new Error(readFileSync(scaler.logFile, "utf8").slice(-3000), { cause: error });
    }
  }

  it("brings both Deployments to their minimum, which no manifest says", async () => {
    for (const name of ["workflow-worker", "n8n-worker"]) await untilReplicas(name, 2);
  });

  it("raises the consumers of the queue by what lies in it", async () => {
    const client = await connect(rabbitmq.amqpUrlWithCredentials);
    const channel = await client.createConfirmChannel();
    // The broker's definitions have both; the sum of queues of which one is missing is unknown.
    for (const queue of ["workflow", "workflow_priority"]) await channel.assertQueue(queue, { durable: true });
    for (let index = 0; index < 900; index += 1) channel.sendToQueue("workflow", Buffer.from("{}"));
    await channel.waitForConfirms();
    await client.close();
    // 900 messages at 150 a pod.
    await untilReplicas("workflow-worker", 6);
  });

  it("raises n8n's workers by Bull's lists", async () => {
    const client = await createClient({ url: redis.url }).connect();
    await client.rPush("{bull}:jobs:wait", Array.from({ length: 35 }, String));
    await client.rPush("{bull}:jobs:active", Array.from({ length: 15 }, String));
    client.destroy();
    // 50 jobs at 10 a pod.
    await untilReplicas("n8n-worker", 5);
  });

  it("is refused nothing", () => {
    assert.doesNotMatch(readFileSync(scaler.logFile, "utf8"), /forbidden|HTTP 403|certificate/i);
  });
});
