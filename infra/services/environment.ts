/** Environment variables of our own services. Credentials are files, whose paths stand here in place of them. */
import { authority, databases, hostOf, ports, postgresUsers, rabbitmqUsers, secrets, workloads } from "../naming.ts";

/** Where a Secret's keys are files. */
export const credentialFolder = (secretName: string): string => `/etc/jobsprint/${secretName}`;

export const applicationSecrets = {
  postgres: secrets.postgresOf(postgresUsers.application),
  redis: secrets.redis,
  rabbitmq: secrets.rabbitmqOf(rabbitmqUsers.services),
} as const;

/** The servers of the namespace are signed by its own authority. */
export const trust = { NODE_EXTRA_CA_CERTS: authority.file };

export const amqpUrl = `amqps://${hostOf(workloads.rabbitmq)}:${ports.amqps}`;

/** Of an HTTP service. */
export const listening = { ...trust, PORT: String(ports.http), METRICS_PORT: String(ports.metrics) };

export const database = {
  DATABASE_HOST: hostOf(workloads.pgbouncer),
  DATABASE_PORT: String(ports.pgbouncer),
  DATABASE_READ_WRITE: databases.readWrite,
  DATABASE_READ_ONLY: databases.readOnly,
  DATABASE_USERNAME_FILE: `${credentialFolder(applicationSecrets.postgres)}/username`,
  DATABASE_PASSWORD_FILE: `${credentialFolder(applicationSecrets.postgres)}/password`,
};

export const cache = { REDIS_URL_FILE: `${credentialFolder(applicationSecrets.redis)}/url` };

export const queue = {
  AMQP_URL: amqpUrl,
  AMQP_USERNAME_FILE: `${credentialFolder(applicationSecrets.rabbitmq)}/username`,
  AMQP_PASSWORD_FILE: `${credentialFolder(applicationSecrets.rabbitmq)}/password`,
};

/** Of another tier's Service. */
export const urlOf = (workload: string, port: number = ports.http): string => `http://${hostOf(workload)}:${port}`;
