import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { checksumOf } from "../../kubernetes/checksum.ts";
import { metadataOf } from "../../kubernetes/labels.ts";
import { hostOf, ports, rabbitmqUsers, secrets, workloads } from "../../naming.ts";
import { Credential } from "../credential.ts";
import { definitions, type RabbitmqUser } from "./definitions.ts";
import { definitionsSecret } from "./rabbitmqPod.ts";

export type RabbitMqUsersArgs = Readonly<Record<string, never>>;

/** All users, each with a Secret of its own, and the Secret with the definitions that every member imports. */
export class RabbitMqUsers extends pulumi.ComponentResource {
  /** Annotation value of each user's Secret, by the Secret's name. */
  readonly checksums: Readonly<Record<string, pulumi.Output<string>>>;
  /** Annotation value of the definitions. */
  readonly checksum: pulumi.Output<string>;

  constructor(name: string, args: RabbitMqUsersArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:RabbitMqUsers", name, args, opts);
    const parent = { parent: this };
    const credentials = mapValues(rabbitmqUsers, (user) => {
      const secretName = secrets.rabbitmqOf(user);
      const url = (password: pulumi.Output<string>): pulumi.Output<string> => urlOf(user, password);
      return new Credential(`${name}-${user}`, { secretName, username: user, url }, parent);
    });
    const users = mapValues(credentials, ({ username, password }) => {
      // Kept in the state: with another salt at each run the definitions would never stay the same.
      const salt = new random.RandomBytes(`${name}-${username}-salt`, { length: 16 }, parent);
      return { password, salt: salt.base64 };
    });
    const json = pulumi.output(users).apply((all) => JSON.stringify(definitions(all), undefined, 2));
    const text = { "definitions.json": json };
    this.checksum = checksumOf(text);
    new k8s.core.v1.Secret(
      `${name}-definitions`,
      { metadata: metadataOf(definitionsSecret, "data", workloads.rabbitmq), stringData: text },
      parent,
    );
    this.checksums = Object.fromEntries(
      Object.values(credentials).map(({ secretName, checksum }) => [secretName, checksum]),
    );
    this.registerOutputs({ checksums: this.checksums, checksum: this.checksum });
  }
}

const urlOf = (user: string, password: pulumi.Output<string>): pulumi.Output<string> =>
  pulumi.interpolate`amqps://${user}:${password}@${hostOf(workloads.rabbitmq)}:${ports.amqps}`;

function mapValues<T, U>(values: Readonly<Record<RabbitmqUser, T>>, map: (value: T) => U): Record<RabbitmqUser, U> {
  const { admin, services, autoscaler } = values;
  return { admin: map(admin), services: map(services), autoscaler: map(autoscaler) };
}
