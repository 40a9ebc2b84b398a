import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../command.ts";
import { repositoryRoot } from "../../paths.ts";
import { temporaryFolder } from "../../process.ts";
import { startPgbouncer, type Pgbouncer } from "../../servers/pgbouncer.ts";
import { startPostgres, type PostgresCluster } from "../../servers/postgres.ts";
import { startRabbitmq, type Rabbitmq } from "../../servers/rabbitmq.ts";
import { startRedisCluster, type RedisCluster } from "../../servers/redis.ts";

/** Servers that a service needs, as the platform has them, only smaller. */
export interface DataLayer {
  readonly broker: Rabbitmq;
  readonly postgres: PostgresCluster;
  readonly pgbouncer: Pgbouncer;
  readonly redis: RedisCluster;
  /** What a service is told of them, credentials as files. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** PgBouncer's databases, and what is behind both. */
const databases = { readWrite: "rw", readOnly: "ro", application: "jobsprint", n8n: "n8n" } as const;

/** A primary with one replica behind PgBouncer, three Redis masters without replicas, one RabbitMQ, and the tables. */
export async function startDataLayer(): Promise<DataLayer> {
  const [postgres, redis, broker] = await Promise.all([
    startPostgres({ replicas: 1 }),
    startRedisCluster({ masters: 3, replicasPerMaster: 0 }),
    startRabbitmq(),
  ]);
  const { primary, replicas } = postgres;
  const folder = temporaryFolder("credentials");
  await migrate(primary, folder);
  const behind = ({ host, port }: { host: string; port: number }) => ({ host, port, database: databases.application });
  // After the migrations: a pooler that finds no database is not ready.
  const pgbouncer = await startPgbouncer({
    databases: { [databases.readWrite]: behind(primary), [databases.readOnly]: behind(replicas[0] ?? primary) },
  });
  const redisUrlFile = join(folder, "redis-url");
  writeFileSync(redisUrlFile, redis.urls[0] ?? "");
  return {
    ...{ broker, postgres, pgbouncer, redis },
    environment: {
      DATABASE_HOST: "127.0.0.1",
      DATABASE_PORT: String(pgbouncer.port),
      DATABASE_READ_WRITE: databases.readWrite,
      DATABASE_READ_ONLY: databases.readOnly,
      DATABASE_USERNAME_FILE: join(folder, databases.application, "username"),
      DATABASE_PASSWORD_FILE: join(folder, databases.application, "password"),
      // Everything listens at loopback alone.
      DATABASE_TLS: "off",
      REDIS_URL_FILE: redisUrlFile,
      AMQP_URL: broker.amqpUrl,
      AMQP_USERNAME_FILE: broker.usernameFile,
      AMQP_PASSWORD_FILE: broker.passwordFile,
    },
    async stop() {
      await pgbouncer.stop();
      await Promise.all([postgres.stop(), redis.stop(), broker.stop()]);
    },
  };
}

/** The schema's own program, as its pod runs it. */
async function migrate({ host, port }: { host: string; port: number }, folder: string): Promise<void> {
  const users = [databases.application, databases.n8n, "postgres_exporter"].map((user) => join(folder, user));
  for (const path of users) {
    mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(path, "username"), path.split("/").at(-1) ?? "");
    // Loopback is trusted, so it protects nothing.
    writeFileSync(join(path, "password"), "local");
  }
  const master = join(folder, "master.json");
  writeFileSync(master, JSON.stringify({ username: "postgres", password: "local" }));
  await runCommand(process.execPath, [join(repositoryRoot, "runtime", "src", "schema", "main.ts"), "migrate"], {
    env: {
      PATH: process.env["PATH"],
      DATABASE_HOST: host,
      DATABASE_PORT: String(port),
      DATABASE_TLS: "off",
      DATABASE_NAME: databases.application,
      N8N_DATABASE_NAME: databases.n8n,
      DATABASE_MASTER_FILE: master,
      DATABASE_USER_FOLDERS: users.join(","),
    },
    timeoutSeconds: 120,
  });
}
