import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import https from "node:https";
import { connect, type ChannelModel } from "amqplib";
import { definitions, type RabbitmqUser } from "../../../../../infra/data/rabbitmq/definitions.ts";
import { enabledPlugins, rabbitmqConf } from "../../../../../infra/data/rabbitmq/rabbitmqConf.ts";
import { createAuthority, issueCertificate } from "../../../../../local/kubernetes/certificates.ts";
import { freePort, freePorts, temporaryFolder } from "../../../../../local/process.ts";
import { runInRootfs, serverFolder } from "../../../../../local/servers/chroot.ts";
import { launchNode, removeNodes, startNode, type ServerNode } from "../../../../../local/servers/node.ts";
import { nodeEnvironment } from "../../../../../local/servers/rabbitmqConfig.ts";
import { until } from "../../../../support/until.ts";

const user = "rabbitmq";
const cookie = randomBytes(18).toString("base64url");
export const passwords: Readonly<Record<RabbitmqUser, string>> = {
  admin: "adminPassword1",
  services: "servicesPassword1",
  autoscaler: "autoscalerPassword1",
};

export interface Member extends ServerNode {
  readonly member: string;
  readonly amqps: number;
  readonly management: number;
  readonly prometheus: number;
}

/** Three members by the rendered configuration and definitions; ports, paths and names are the machine's. */
export interface Broker {
  readonly members: readonly Member[];
  connect(as: RabbitmqUser, member?: number): Promise<ChannelModel>;
  /** rabbitmqctl on a member that runs. */
  ctl(member: number, ...args: string[]): Promise<string>;
  /** Status and body of the management API. */
  api(as: RabbitmqUser, path: string, options?: { method?: string; member?: number; body?: object }): Promise<Answer>;
  remove(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export async function createBroker(): Promise<Broker> {
  const secrets = temporaryFolder("rabbitmq-certificates");
  const root = await createAuthority(secrets, "ca");
  const own = await issueCertificate(secrets, root, {
    name: "rabbitmq",
    commonName: "localhost",
    subjectAltNames: ["DNS:localhost", "IP:127.0.0.1"],
  });
  const [ca, cert, key] = await Promise.all(
    [root.certFile, own.certFile, own.keyFile].map((path) => readFile(path, "utf8")),
  );
  const users = Object.fromEntries(
    Object.entries(passwords).map(([name, password]) => [name, { password, salt: name }]),
  ) as Parameters<typeof definitions>[0];
  const epmdPort = await freePort();
  const epmd = await startNode({
    name: "epmd",
    user,
    folder: await serverFolder("epmd", user),
    command: ["epmd", "-address", "127.0.0.1", "-port", `${epmdPort}`],
    details: {},
    ready: () => Promise.resolve(),
  });
  const names = [1, 2, 3].map((index) => `rabbit${index}@localhost`);
  const members: Member[] = [];
  for (const member of names) {
    const [amqps = 0, management = 0, prometheus = 0, distribution = 0] = await freePorts(4);
    const details = { member, amqps, management, prometheus };
    const files = {
      ".erlang.cookie": cookie,
      enabled_plugins: enabledPlugins,
      "rabbitmq.conf": onThisMachine(names, details),
      "definitions.json": JSON.stringify(definitions(users)),
      "ca.crt": ca ?? "",
      "tls.crt": cert ?? "",
      "tls.key": key ?? "",
    };
    const ports = { amqp: amqps, management, prometheus, distribution, epmd: epmdPort };
    const node = await launchNode({
      name: member,
      user,
      folder: await serverFolder(member, user, files),
      command: ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
      env: nodeEnvironment(member, ports),
      details,
      ready: () => Promise.resolve(),
    });
    members.push(node);
  }
  const api: Broker["api"] = (as, path, { method = "GET", member = 0, body } = {}) =>
    new Promise((resolve, reject) => {
      const { management } = members[member]!;
      const auth = `${as}:${passwords[as]}`;
      const headers = { "content-type": "application/json" };
      const options = { host: "127.0.0.1", port: management, path, method, auth, headers, ca: ca ?? "", agent: false };
      const request = https.request(options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          const isJson = text.startsWith("{") || text.startsWith("[");
          resolve({ status: response.statusCode ?? 0, body: isJson ? (JSON.parse(text) as unknown) : text });
        });
      });
      request.on("error", reject).end(body && JSON.stringify(body));
    });
  const broker: Broker = {
    members,
    connect: async (as, member = 0) =>
      connect(`amqps://${as}:${passwords[as]}@localhost:${members[member]!.amqps}`, { ca: [Buffer.from(ca ?? "")] }),
    ctl: (member, ...args) =>
      runInRootfs({
        user,
        folder: members[member]!.folder,
        command: ["/usr/lib/rabbitmq/bin/rabbitmqctl", "--quiet", "--node", members[member]!.member, ...args],
        env: { ERL_EPMD_PORT: `${epmdPort}`, ERL_EPMD_ADDRESS: "127.0.0.1" },
      }),
    api,
    async remove() {
      await removeNodes(members);
      await removeNodes([epmd]);
      await rm(secrets, { recursive: true, force: true });
    },
  };
  try {
    await until("three members run", async () => (await runningMembers(broker)) === 3, 240);
  } catch (error) {
    await broker.remove();
    throw error;
  }
  return broker;
}

export async function runningMembers(broker: Broker, member = 0): Promise<number> {
  const { status, body } = await broker.api("admin", "/api/nodes", { member });
  if (status !== 200) throw new Error(`nodes: ${status} ${JSON.stringify(body)}`);
  return (body as { running: boolean }[]).filter(({ running }) => running).length;
}

/** Folders as a member sees them. */
const folders = {
  ...{ configuration: "/srv", home: "/srv", data: "/srv/mnesia", definitions: "/srv", cookie: "/srv" },
  ...{ certificate: "/srv", authorityFile: "/srv/ca.crt" },
};

/** The rendered text with this machine's addresses; fails where it lacks a line. */
function onThisMachine(names: readonly string[], { amqps, management, prometheus }: Ports): string {
  const listeners = { amqps, management, metrics: prometheus };
  const text = rabbitmqConf({ nodes: names.length, memoryGi: 1, folders, listeners, names });
  const replacements: [string, string][] = [
    [`listeners.ssl.default = ${amqps}`, `listeners.ssl.default = 127.0.0.1:${amqps}`],
    [`management.ssl.port = ${management}`, `management.ssl.port = ${management}\nmanagement.ssl.ip = 127.0.0.1`],
    [`prometheus.tcp.port = ${prometheus}`, `prometheus.tcp.port = ${prometheus}\nprometheus.tcp.ip = 127.0.0.1`],
  ];
  return replacements.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the rendered configuration lacks ${from}`);
    return before.replaceAll(from, to);
  }, text);
}

type Ports = Pick<Member, "amqps" | "management" | "prometheus">;
