import * as pulumi from "@pulumi/pulumi";
import { authority } from "../naming.ts";
import { quantities, type Quantities } from "../kubernetes/quantities.ts";
import type { Sizing } from "../sizing.ts";
import { services, type ServiceName } from "./catalogue.ts";
import { divisorFor } from "./divisor.ts";
import { EncryptionKey } from "./encryptionKey.ts";
import { encryptionSecret } from "./n8n.ts";
import { Priority } from "./priority.ts";
import { ScalableService } from "./scalableService.ts";
import type { Connections, ServiceImage, ServiceSpec } from "./serviceSpec.ts";
import { trafficOf } from "./traffic.ts";

export interface ServicesArgs {
  readonly images: Readonly<Record<ServiceImage, string>>;
  readonly sizing: Sizing;
  readonly connections: Connections;
  /** Addresses from which the load balancer calls, in CIDR notation; none where there is none. */
  readonly loadBalancerCidrs: readonly string[];
  /** Digests of the data layer's Secrets and of the authority, by name: a new password replaces the pods that mount it. */
  readonly checksums?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Whether Pulumi refuses to delete the key of n8n's credentials. */
  readonly protect: boolean;
  /** Divides requests and limits; 1 unless one machine holds the platform. */
  readonly divisor?: number;
}

/** Every tier of the catalogue. Depends on the namespace, the Secrets and the stores. */
export class Services extends pulumi.ComponentResource {
  /** By workload; HPAs and the autoscaler depend on them. */
  readonly byName: Readonly<Record<ServiceName, ScalableService>>;
  readonly priorityClassName: pulumi.Output<string>;

  constructor(name: string, args: ServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:services:Services", name, {}, opts);
    const parent = { parent: this };
    const key = new EncryptionKey(`${name}-encryption-key`, { protect: args.protect }, parent);
    this.priorityClassName = new Priority(`${name}-priority`, {}, parent).className;
    const checksums = { ...args.checksums, [encryptionSecret.name]: key.checksum };

    const made = services.map(([workload, spec]) => {
      const tier = {
        workload,
        spec,
        image: args.images[spec.image],
        environment: spec.environment(args.connections),
        resources: resourcesOf(spec, args),
        traffic: trafficOf(workload, spec, args),
        checksums: mounted(spec, checksums),
        ...(spec.serves !== undefined && { priorityClassName: this.priorityClassName }),
      };
      return [workload, new ScalableService(`${name}-${workload}`, tier, { parent: this, dependsOn: key })] as const;
    });
    this.byName = Object.fromEntries(made) as Record<ServiceName, ScalableService>;
    this.registerOutputs({ priorityClassName: this.priorityClassName });
  }
}

function resourcesOf({ resources, requestShare = 1, leastMemoryGi }: ServiceSpec, args: ServicesArgs): Quantities {
  const whole = resources(args.sizing);
  const divisor = divisorFor(args.divisor ?? 1, whole.memoryGi, leastMemoryGi);
  return quantities(whole, { requestShare, divisor });
}

/** Those of a tier's own Secrets, and of the authority that all trust. */
function mounted({ credentials }: ServiceSpec, checksums: NonNullable<ServicesArgs["checksums"]>): typeof checksums {
  const names = [...credentials, authority.configMap];
  return Object.fromEntries(Object.entries(checksums).filter(([name]) => names.includes(name)));
}
