import * as pulumi from "@pulumi/pulumi";
import { authority } from "../naming.ts";
import { quantities, type Quantities } from "../kubernetes/quantities.ts";
import type { Sizing } from "../sizing.ts";
import { servicesOf } from "./catalogue.ts";
import { EncryptionKey } from "./encryptionKey.ts";
import { encryptionSecret } from "./n8n.ts";
import { Priority } from "./priority.ts";
import { ScalableService } from "./scalableService.ts";
import type { Connections, ServiceImages, ServiceSpec } from "./serviceSpec.ts";
import { trafficOf } from "./traffic.ts";

export interface ServicesArgs {
  readonly images: ServiceImages;
  readonly sizing: Sizing;
  readonly connections: Connections;
  /** Addresses from which the public tiers are called, in CIDR notation: the load balancer's, where there is one. */
  readonly clientCidrs: readonly string[];
  /** Whether there is AWS to call. */
  readonly aws: boolean;
  /** Digests of the data layer's Secrets and of the authority, by name: a new password replaces the pods that mount it. */
  readonly checksums?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Whether Pulumi refuses to delete the key of n8n's credentials. */
  readonly protect: boolean;
  /** Divides requests and limits; 1 unless one machine holds the platform. */
  readonly divisor?: number;
}

/** Every tier of the catalogue that has an image. Depends on the namespace, the Secrets and the stores. */
export class Services extends pulumi.ComponentResource {
  readonly priorityClassName: pulumi.Output<string>;

  constructor(name: string, args: ServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:services:Services", name, {}, opts);
    const parent = { parent: this };
    const keys = args.images.n8n === undefined ? [] : [this.#encryptionKey(name, args)];
    this.priorityClassName = new Priority(`${name}-priority`, {}, parent).className;
    const checksums = {
      ...args.checksums,
      ...Object.fromEntries(keys.map(({ checksum }) => [encryptionSecret.name, checksum])),
    };

    for (const [workload, spec] of servicesOf(args.images)) {
      const tier = {
        workload,
        spec,
        image: args.images[spec.image] ?? "",
        environment: spec.environment(args.connections),
        resources: resourcesOf(spec, args),
        traffic: trafficOf(workload, spec, args),
        checksums: mounted(spec, checksums),
        ...(spec.serves !== undefined && { priorityClassName: this.priorityClassName }),
      };
      new ScalableService(`${name}-${workload}`, tier, { parent: this, dependsOn: keys });
    }
    this.registerOutputs({ priorityClassName: this.priorityClassName });
  }

  #encryptionKey(name: string, { protect }: ServicesArgs): EncryptionKey {
    return new EncryptionKey(`${name}-encryption-key`, { protect }, { parent: this });
  }
}

const resourcesOf = (
  { resources, requestShare = 1, least }: ServiceSpec,
  { sizing, divisor = 1 }: ServicesArgs,
): Quantities => quantities(resources(sizing), { requestShare, divisor, least });

/** Those of a tier's own Secrets, and of the authority that all trust. */
function mounted({ credentials }: ServiceSpec, checksums: NonNullable<ServicesArgs["checksums"]>): typeof checksums {
  const names = [...credentials, authority.configMap];
  return Object.fromEntries(Object.entries(checksums).filter(([name]) => names.includes(name)));
}
