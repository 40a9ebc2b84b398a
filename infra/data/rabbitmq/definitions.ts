import { rabbitmqUsers } from "../../naming.ts";
import { passwordHash } from "./passwordHash.ts";
import { exchanges, queues, vhost, type QueueTopology } from "../../../runtime/src/queue/topology.ts";

export type RabbitmqUser = keyof typeof rabbitmqUsers;

export interface UserSecret {
  readonly password: string;
  /** The same text in every run. */
  readonly salt: string;
}

interface Rights {
  readonly tags: readonly string[];
  /** Regular expressions over names of queues and exchanges. */
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

const nothing = "^$";
const anyOf = (names: readonly string[]): string =>
  `^(${names.map((name) => name.replaceAll(".", String.raw`\.`)).join("|")})$`;
const queueNames = queues.map(({ name }) => name);

/** What each user may do; nobody but the administrator creates or deletes. */
const rights: Readonly<Record<RabbitmqUser, Rights>> = {
  admin: { tags: ["administrator"], configure: ".*", write: ".*", read: ".*" },
  // Queues come from the definitions: a service that could declare one could give it other limits.
  services: {
    tags: [],
    configure: nothing,
    // amq.default is the name of the exchange "", which takes a queue's name as routing key.
    write: anyOf(["amq.default", ...exchanges.map(({ name }) => name)]),
    read: anyOf(queueNames),
  },
  // Depths and rates over HTTP, and AMQP's passive declare, which takes some right on the queue from 4.3.1 on. To write to a
  // queue is to bind it, for which an exchange must be readable: it allows nothing. To read would be to take and to purge.
  autoscaler: { tags: ["monitoring"], configure: nothing, write: anyOf(queueNames), read: nothing },
};

/** RabbitMQ's definitions: users with hashed passwords, their rights, queues, and policies with all limits. */
export function definitions(users: Readonly<Record<RabbitmqUser, UserSecret>>): Record<string, unknown> {
  const names = Object.keys(rabbitmqUsers) as RabbitmqUser[];
  return {
    vhosts: [{ name: vhost, default_queue_type: "quorum" }],
    users: names.map((user) => ({
      name: rabbitmqUsers[user],
      password_hash: passwordHash(users[user].password, users[user].salt),
      hashing_algorithm: "rabbit_password_hashing_sha256",
      tags: rights[user].tags,
      limits: {},
    })),
    permissions: names.map((user) => {
      const { configure, write, read } = rights[user];
      return { user: rabbitmqUsers[user], vhost, configure, write, read };
    }),
    policies: queues.map(policyOf),
    queues: queueNames.map((name) => ({
      name,
      vhost,
      durable: true,
      auto_delete: false,
      arguments: { "x-queue-type": "quorum" },
    })),
    exchanges: exchanges.map(({ name, type }) => ({
      ...{ name, vhost, type },
      durable: true,
      auto_delete: false,
      internal: false,
      arguments: {},
    })),
    bindings: exchanges.flatMap(({ name, queues: bound }) =>
      bound.map((destination) => ({
        source: name,
        ...{ vhost, destination },
        destination_type: "queue",
        routing_key: "",
        arguments: {},
      })),
    ),
  };
}

/** Limits by policy, since those in a queue's arguments could change only by deleting it. */
function policyOf(queue: QueueTopology): Record<string, unknown> {
  const { name, maxLength, messageTtlMs, deliveryLimit, deadLetterExchange } = queue;
  return {
    name,
    vhost,
    pattern: `^${name}$`,
    "apply-to": "quorum_queues",
    priority: 0,
    definition: {
      "delivery-limit": deliveryLimit,
      // Both: dropping the oldest to make room would lose it between queue and dead-letter exchange.
      overflow: "reject-publish",
      ...(maxLength !== undefined && { "max-length": maxLength }),
      ...(messageTtlMs !== undefined && { "message-ttl": messageTtlMs }),
      ...(deadLetterExchange !== undefined && {
        "dead-letter-exchange": deadLetterExchange,
        "dead-letter-strategy": "at-least-once",
      }),
    },
  };
}
