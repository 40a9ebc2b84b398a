import assert from "node:assert/strict";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import { definitions } from "../../../../infra/data/rabbitmq/definitions.ts";
import {
  enabledPlugins,
  rabbitmqConf,
  rabbitmqFolders,
  type RabbitmqFolders,
} from "../../../../infra/data/rabbitmq/rabbitmqConf.ts";
import { memberLimits, memberSpec } from "../../../../infra/data/rabbitmq/rabbitmqPod.ts";
import { sizing } from "../../../../infra/sizing.ts";
import { createAuthority, issueCertificate } from "../../../../local/kubernetes/certificates.ts";
import { freePort, freePorts, temporaryFolder } from "../../../../local/process.ts";
import { runInRootfs, serverFolder } from "../../../../local/servers/chroot.ts";
import { launchNode, removeNodes, startNode, type ServerNode } from "../../../../local/servers/node.ts";
import { until } from "../../../support/until.ts";
import { at } from "../../unit/data/support/resources.ts";

const user = "rabbitmq";
const host = "rabbitmq-0.rabbitmq-nodes.jobsprint.svc.cluster.local";

/** All in the one folder that a server of this machine may write to. */
const folders: RabbitmqFolders = {
  configuration: "/srv",
  home: "/srv",
  data: "/srv/mnesia",
  definitions: "/srv",
  cookie: "/srv",
  certificate: "/srv",
  authorityFile: "/srv/ca.crt",
};

const kinds = Object.keys(folders) as (keyof RabbitmqFolders)[];

/** The pod's text with this machine's folders; longer paths first, since some lie in others. */
const moved = (text: string): string =>
  kinds
    .toSorted((a, b) => rabbitmqFolders[b].length - rabbitmqFolders[a].length)
    .reduce((before, kind) => before.replaceAll(rabbitmqFolders[kind], folders[kind]), text);

/** As small as it gets on one machine. */
const options = {
  images: { rabbitmq: "rabbitmq:4" },
  sizing: sizing.small.rabbitmq,
  divisor: 10,
  zoneSpread: "ScheduleAnyway",
} as const;
const spec = memberSpec(options);
const commandAt = (...path: (string | number)[]): string[] => (at(spec, ...path, "command") as string[]).map(moved);

/** As Kubernetes would set it: the name of the pod first, which others refer to. */
const podEnvironment = Object.fromEntries(
  (at(spec, "containers", 0, "env") as { name: string; value?: string }[]).map(({ name, value = "rabbitmq-0" }) => [
    name,
    moved(value).replaceAll("$(POD_NAME)", "rabbitmq-0"),
  ]),
);

describe("a RabbitMQ member by the commands and the environment of its pod", function () {
  this.timeout(600_000);
  let certificates: string;
  let folder: string;
  let epmd: ServerNode;
  let member: ServerNode;
  let environment: Record<string, string>;
  let listeners: { amqps: number; management: number; metrics: number };

  const run = (command: readonly string[]): Promise<string> =>
    runInRootfs({ user, folder, command, env: environment }, 300);
  const answers = (port: number): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", reject);
    });

  before(async () => {
    certificates = temporaryFolder("rabbitmq-pod-certificates");
    const authority = await createAuthority(certificates, "ca");
    const names = [`DNS:${host}`];
    const request = { name: "rabbitmq", commonName: "rabbitmq", subjectAltNames: names };
    const { certFile, keyFile } = await issueCertificate(certificates, authority, request);
    const [amqps = 0, management = 0, metrics = 0, distribution = 0] = await freePorts(4);
    listeners = { amqps, management, metrics };
    const secret = (name: string) => ({ password: `password of ${name}`, salt: name });
    const users = { admin: secret("admin"), services: secret("services"), autoscaler: secret("autoscaler") };
    const { nodes } = options.sizing;
    const { memoryGi } = memberLimits(options);
    folder = await serverFolder("rabbitmq-pod", user, {
      cookie: "lettersOfACookie",
      enabled_plugins: enabledPlugins,
      "rabbitmq.conf": rabbitmqConf({ nodes, memoryGi, folders, listeners }),
      "definitions.json": JSON.stringify(definitions(users)),
      "ca.crt": await readFile(authority.certFile, "utf8"),
      "tls.crt": await readFile(certFile, "utf8"),
      "tls.key": await readFile(keyFile, "utf8"),
      // In place of the cluster's DNS.
      inetrc: `{host,{127,0,0,1},["${host}","rabbitmq-0"]}.\n{lookup,[file,native]}.\n`,
    });
    const epmdPort = await freePort();
    epmd = await startNode({
      name: "epmd",
      user,
      folder: await serverFolder("epmd", user),
      command: ["epmd", "-port", epmdPort.toString()],
      details: {},
      ready: () => Promise.resolve(),
    });
    environment = {
      ...podEnvironment,
      PATH: "/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      ERL_INETRC: "/srv/inetrc",
      ERL_EPMD_PORT: epmdPort.toString(),
      RABBITMQ_DIST_PORT: distribution.toString(),
      RABBITMQ_PID_FILE: "/srv/rabbitmq.pid",
      // The server itself instead of a shell around it.
      RUNNING_UNDER_SYSTEMD: "true",
    };
    // Twice: a pod whose sandbox is made anew finds the cookie of the first time.
    await run(commandAt("initContainers", 0));
    await run(commandAt("initContainers", 0));
    member = await launchNode({
      name: "rabbitmq-pod",
      user,
      folder,
      command: ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
      env: environment,
      details: {},
      ready: () => Promise.resolve(),
    });
    await until("it accepts clients", () => answers(listeners.amqps), 240);
  });

  after(async () => {
    await removeNodes([member]);
    await removeNodes([epmd]);
    await rm(certificates, { recursive: true, force: true });
  });

  it("has a cookie that its user alone may read", async () => {
    const file = join(folder, ".erlang.cookie");
    assert.equal((await stat(file)).mode & 0o777, 0o400);
    assert.equal(await readFile(file, "utf8"), "lettersOfACookie");
  });

  it("is known by the pod's name", async () => {
    assert.match(await run(["rabbitmqctl", "--quiet", "cluster_status"]), new RegExp(`rabbit@${host}`));
  });

  it("has the queues, and no user but those of the definitions", async () => {
    const list = async (...command: string[]): Promise<string[]> =>
      (await run(["rabbitmqctl", "--silent", ...command])).trim().split("\n").toSorted();
    assert.deepEqual(await list("list_queues", "name"), ["workflow", "workflow_dlx", "workflow_priority"]);
    const users = (await list("list_users")).map((line) => line.split("\t")[0]);
    assert.deepEqual(
      users.filter((name) => name !== "user"),
      ["admin", "autoscaler", "services"],
    );
  });

  it("serves management with TLS, and metrics", async () => {
    assert.ok(await answers(listeners.management));
    const page = await fetch(`http://127.0.0.1:${listeners.metrics}/metrics`);
    assert.match(await page.text(), /rabbitmq_identity_info/);
  });

  it("has memory enough not to stop publishers", async () => {
    const status = JSON.parse(await run(["rabbitmq-diagnostics", "--silent", "--formatter=json", "status"])) as {
      alarms: unknown[];
      vm_memory_high_watermark_limit: number;
    };
    assert.deepEqual(status.alarms, []);
    assert.equal(status.vm_memory_high_watermark_limit, Math.floor(0.5 * 0.8 * 0.6 * 2 ** 30));
  });

  it("leaves at once where it is alone, and takes no clients from then on", async () => {
    await run(commandAt("containers", 0, "lifecycle", "preStop", "exec"));
    await assert.rejects(answers(listeners.amqps), /ECONNREFUSED/);
    await member.stop();
    assert.ok(member.process.exit() !== undefined);
  });
});
