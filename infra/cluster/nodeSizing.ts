/** How many nodes of which machine each group has. Pure. */
import { platformLimits } from "../capacity/limits.ts";
import { sizing, type Resources, type Size } from "../sizing.ts";

export interface NodeGroupSizing {
  /** Of equal cores and memory, the preferred first: the cluster autoscaler takes them for one. */
  readonly instanceTypes: readonly string[];
  readonly minNodes: number;
  readonly maxNodes: number;
}

export interface NodeSizing {
  readonly system: NodeGroupSizing;
  readonly general: NodeGroupSizing;
  /** One group a zone: the disks of Redis and RabbitMQ never leave theirs. */
  readonly dataPerZone: NodeGroupSizing;
}

/** Of the general-purpose families, whose memory is four times their cores. */
const machines = {
  large: { cpu: 2, memoryGi: 8 },
  xlarge: { cpu: 4, memoryGi: 16 },
  "2xlarge": { cpu: 8, memoryGi: 32 },
  "4xlarge": { cpu: 16, memoryGi: 64 },
} as const satisfies Readonly<Record<string, Resources>>;
type Machine = keyof typeof machines;

/** More than one, because a zone may have none left of the first, above all as spot. */
const families = ["m7i", "m7a", "m6i"] as const;

/** A data node holds one member: large needs 4xlarge, since of the 8 cores of a 2xlarge the system takes its part. */
const groups = {
  small: { system: "large", general: "xlarge", data: "large", generalMax: 10 },
  medium: { system: "large", general: "2xlarge", data: "xlarge", generalMax: 20 },
  large: { system: "xlarge", general: "2xlarge", data: "4xlarge", generalMax: platformLimits.maxNodes },
} as const satisfies Readonly<
  Record<Size, Readonly<Record<"system" | "general" | "data", Machine>> & { generalMax: number }>
>;

/** Two for what must not stop with a node, one more while a node is replaced. */
const systemNodes = { min: 2, max: 3 } as const;

/** Of each zone, for a member whose node is being replaced. */
const spareDataNodes = 1;

/** @param zones the availability zones with private subnets, at least 2 */
export function nodeSizingFor(size: Size, zones: number): NodeSizing {
  const { redis, rabbitmq } = sizing[size];
  const { system, general, data, generalMax } = groups[size];
  const dataPerZone = {
    instanceTypes: typesOf(data),
    minNodes: Math.ceil((redis.nodes + rabbitmq.nodes) / zones),
    // Each spreads over the zones on its own, so the same zone may get the odd member of both.
    maxNodes: Math.ceil(redis.nodes / zones) + Math.ceil(rabbitmq.nodes / zones) + spareDataNodes,
  };
  const left = platformLimits.maxNodes - systemNodes.max - zones * dataPerZone.maxNodes;
  return {
    system: { instanceTypes: typesOf(system), minNodes: systemNodes.min, maxNodes: systemNodes.max },
    general: {
      instanceTypes: typesOf(general),
      minNodes: Math.max(zones, nodesForTiers(size, machines[general])),
      maxNodes: Math.min(generalMax, left),
    },
    dataPerZone,
  };
}

/** What every node runs beside pods of the platform: network, storage and identity agents, proxy, exporters. */
const daemons = { cpu: 0.4, memoryGi: 0.75 } as const;

/** Kernel and firmware keep so much of a machine's memory to themselves: about 4 % on a 2xlarge, and a little to be safe. */
const hiddenMemory = 0.05;

/** What a node of a machine leaves to the platform's pods: less kernel, EKS's reserve, eviction threshold and daemons. */
export function allocatableOf({ cpu, memoryGi }: Resources): Resources {
  return {
    cpu: cpu - reservedCpuOf(cpu) - daemons.cpu,
    memoryGi: memoryGi * (1 - hiddenMemory) - reservedMemoryGi - daemons.memoryGi,
  };
}

/** EKS keeps 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of the others. */
function reservedCpuOf(cpu: number): number {
  const shares = [0.06, 0.01, 0.005, 0.005];
  return Array.from({ length: cpu }, (_, core) => shares[core] ?? 0.0025).reduce((sum, share) => sum + share, 0);
}

/** 255 MiB and 11 MiB for each of 110 pods, and 100 MiB below which the kubelet evicts. */
const reservedMemoryGi = (255 + 11 * 110 + 100) / 1024;

/** Least nodes for the tiers at the counts that a size begins with. */
function nodesForTiers(size: Size, machine: Resources): number {
  const { frontend, apiGateway, workflowService } = sizing[size];
  const total = (of: (tier: Resources) => number): number =>
    [frontend, apiGateway, workflowService].reduce((sum, tier) => sum + tier.replicas * of(tier), 0);
  const each = allocatableOf(machine);
  return Math.ceil(Math.max(total((tier) => tier.cpu) / each.cpu, total((tier) => tier.memoryGi) / each.memoryGi));
}

/** Cores and memory of an instance type of the table, such as m7i.large. @throws {RangeError} for another one */
export function machineOf(instanceType: string): Resources {
  const machine = Object.entries(machines).find(([name]) => instanceType.endsWith(`.${name}`))?.[1];
  if (machine === undefined) throw new RangeError(`instance type: must be one of the table's, found ${instanceType}`);
  return machine;
}

const typesOf = (machine: Machine): string[] => families.map((family) => `${family}.${machine}`);
