import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { buildImages, type ImageArchive } from "../../../../local/images/images.ts";
import { freePort } from "../../../../local/process.ts";
import { skipWithoutRoot } from "../../../support/skipWithoutRoot.ts";
import { until } from "../../../support/until.ts";
import { runInPod, startInPod, unpackImage, type ImageRoot } from "../support/imageRoot.ts";

/** The pods' scripts begin so. */
const shell = (script: string): string[] => ["sh", "-ec", script];

describe("the servers' images, as their pods' users, read-only, without a network", function () {
  this.timeout(240_000);
  let images: readonly ImageArchive[];

  before(async function () {
    skipWithoutRoot(this);
    // The first run on a machine builds what is inside.
    this.timeout(3_600_000);
    images = await buildImages();
  });

  const unpacked = async (name: string): Promise<ImageRoot> => {
    const image = images.find(({ reference }) => reference.includes(`/${name}:`));
    assert.ok(image, name);
    return unpackImage(image);
  };

  it("PostgreSQL makes a database, starts on it and answers", async () => {
    const script = `
      initdb -D /data/db -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 --data-checksums >/dev/null
      pg_ctl -D /data/db -o "-c unix_socket_directories='' -c jit=off" -w -l /data/log start >/dev/null
      pg_isready -q -h 127.0.0.1
      psql -h 127.0.0.1 -U postgres -Atc "select upper('ä'), current_setting('server_version_num')::int / 10000"
      pg_basebackup -h 127.0.0.1 -U postgres -D /data/copy -X stream -c fast
      pg_receivewal --version
      pg_ctl -D /data/db -m fast stop >/dev/null`;
    const said = await runInPod(await unpacked("postgres"), { writable: ["/data"] }, ...shell(script));
    assert.match(said, /^Ä\|17\npg_receivewal \(PostgreSQL\) 17/);
  });

  it("Redis answers, and its scripts find getent and awk", async () => {
    const script = `
      redis-server --port 7000 --bind 127.0.0.1 --dir /data --daemonize yes >/dev/null
      until redis-cli -p 7000 ping 2>/dev/null; do :; done
      getent hosts localhost | awk 'NR == 1 { print $2 }'
      redis-cli -p 7000 info server | tr -d '\\r' | awk -F : '$1 == "redis_version" { print $2 }'
      redis-cli --help 2>&1 | grep -c -- --tls`;
    const said = await runInPod(await unpacked("redis"), { writable: ["/data"] }, ...shell(script));
    assert.match(said, /^PONG\nlocalhost\n8\.0\.\d+\n[1-9]/);
  });

  it("RabbitMQ starts with the platform's plugins, and its tools reach it", async () => {
    const script = `
      rabbitmq-server >&2 &
      rabbitmqctl --quiet wait --pid $! --timeout 120 >&2
      rabbitmq-diagnostics --quiet server_version
      rabbitmq-diagnostics --quiet list_unresponsive_queues >/dev/null || true
      rabbitmq-upgrade --quiet drain >&2
      rabbitmqctl --quiet stop >&2
      wait`;
    const pod = {
      writable: ["/var/lib/rabbitmq"],
      files: {
        "/etc/rabbitmq/enabled_plugins": "[rabbitmq_management,rabbitmq_prometheus,rabbitmq_peer_discovery_k8s].\n",
        "/etc/rabbitmq/rabbitmq.conf": "log.console = true\nlog.file = false\n",
      },
      env: {
        HOME: "/var/lib/rabbitmq",
        RABBITMQ_NODENAME: "rabbit@localhost",
        RABBITMQ_CONFIG_FILE: "/etc/rabbitmq/rabbitmq.conf",
        RABBITMQ_ENABLED_PLUGINS_FILE: "/etc/rabbitmq/enabled_plugins",
        RABBITMQ_MNESIA_BASE: "/var/lib/rabbitmq/mnesia",
        RABBITMQ_LOG_BASE: "/var/lib/rabbitmq/log",
      },
    };
    const said = await runInPod(await unpacked("rabbitmq"), pod, ...shell(script));
    assert.match(said, /^4\.0\.\d+\n$/);
  });

  it("PgBouncer serves its console, and its exporter, with the arguments of its container, reads it", async () => {
    const [port, exporterPort] = [await freePort(), await freePort()];
    const files = {
      "/etc/pgbouncer/pgbouncer.ini": `[databases]
        rw = host=127.0.0.1
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = ${port}
        unix_socket_dir =
        auth_type = hba
        auth_hba_file = /etc/pgbouncer/pg_hba.conf
        auth_file = /etc/pgbouncer/userlist.txt
        stats_users = stats
        ignore_startup_parameters = extra_float_digits\n`,
      "/etc/pgbouncer/pg_hba.conf": "host pgbouncer stats 127.0.0.1/32 trust\n",
      "/etc/pgbouncer/userlist.txt": '"stats" ""\n',
    };
    const image = await unpacked("pgbouncer");
    assert.match(await runInPod(image, {}, "pgbouncer", "--version"), /^PgBouncer 1\.24\./);
    const pgbouncer = startInPod("pgbouncer", image, { files }, "pgbouncer", "/etc/pgbouncer/pgbouncer.ini");
    try {
      await until("it listens", () => readFileSync(pgbouncer.logFile, "utf8").includes("process up"), 60);
      const console = `postgres://stats@127.0.0.1:${port}/pgbouncer?sslmode=disable`;
      await says("pgbouncer-exporter", exporterPort, /^pgbouncer_up 1$/m, `--pgBouncer.connectionString=${console}`);
    } finally {
      await pgbouncer.stop();
    }
  });

  it("the exporter of Redis takes the arguments of its container and says that its server is down", async () => {
    await says("redis-exporter", await freePort(), /^redis_up 0$/m, "--redis.addr=rediss://localhost:1");
  });

  it("Prometheus becomes ready with nothing but its configuration and its volume", async () => {
    const port = await freePort();
    const files = { "/etc/prometheus/prometheus.yml": "global: { scrape_interval: 5s }\n" };
    const pod = { writable: ["/prometheus"], files };
    const flags = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"];
    const listen = `--web.listen-address=127.0.0.1:${port}`;
    const server = startInPod("prometheus", await unpacked("prometheus"), pod, "prometheus", ...flags, listen);
    try {
      await until("it is ready", async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok, 60);
    } finally {
      await server.stop();
    }
  });

  /** An exporter's page has the line. */
  async function says(name: string, port: number, line: RegExp, ...args: string[]): Promise<void> {
    const exporter = startInPod(name, await unpacked(name), {}, ...args, `--web.listen-address=127.0.0.1:${port}`);
    try {
      const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      await until(`${name} says ${line.source}`, async () => line.test(await page()), 60);
    } finally {
      await exporter.stop();
    }
  }
});
