/** Which addresses each subnet of a VPC gets. Pure IPv4 arithmetic. */

/** CIDR blocks of one availability zone. */
export interface ZoneBlocks {
  readonly availabilityZone: string;
  /** NAT gateways. */
  readonly public: string;
  /** Nodes, pods and databases. */
  readonly private: string;
  /** Interfaces of the control plane and of endpoints: no way out of the VPC. */
  readonly intra: string;
}

/** AWS takes no VPC larger than /16; below /18 a zone has too few addresses for pods, whose nodes take sixteen at a time. */
const vpcPrefix = { min: 16, max: 18 } as const;

/** The control plane needs two zones; the private blocks of four fill half of the VPC. */
const zoneCount = { min: 2, max: 4 } as const;

/** Of a VPC, in powers of two: how much smaller a block is, and where its first zone lies. */
const layout = {
  private: { bits: 3, first: 0 },
  public: { bits: 6, first: 32 },
  intra: { bits: 6, first: 48 },
} as const;

/**
 * Blocks of each zone. They depend on its position alone, so that another zone at the end moves none.
 * Of a /16: private /19 from its start, public /22 from its middle, intra /22 from its last quarter.
 * @param cidr of the VPC, such as 10.0.0.0/16
 * @throws {RangeError} that lists every problem of both arguments
 */
export function zonesOf(cidr: string, availabilityZones: readonly string[]): ZoneBlocks[] {
  const problems = [...problemsOfCidr(cidr), ...problemsOfZones(availabilityZones)];
  if (problems.length > 0) throw new RangeError(problems.join("; "));
  return availabilityZones.map((availabilityZone, zone) => ({
    availabilityZone,
    public: blockOf(cidr, "public", zone),
    private: blockOf(cidr, "private", zone),
    intra: blockOf(cidr, "intra", zone),
  }));
}

function blockOf(cidr: string, kind: keyof typeof layout, zone: number): string {
  const { address, prefix } = parse(cidr);
  const { bits, first } = layout[kind];
  const start = address + (first + zone) * 2 ** (32 - prefix - bits);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".")}/${prefix + bits}`;
}

function problemsOfCidr(cidr: string): string[] {
  const { address, prefix } = parse(cidr);
  if (Number.isNaN(address)) return [`cidr: must be an IPv4 block such as 10.0.0.0/16, found "${cidr}"`];
  const { min, max } = vpcPrefix;
  return [
    ...(prefix < min || prefix > max ? [`cidr: must be from /${min} to /${max}, found ${cidr}`] : []),
    ...(address % 2 ** (32 - prefix) === 0 ? [] : [`cidr: must start at its block's first address, found ${cidr}`]),
  ];
}

function problemsOfZones(zones: readonly string[]): string[] {
  const { min, max } = zoneCount;
  const found = zones.join(", ");
  return [
    ...(zones.length < min || zones.length > max
      ? [`availabilityZones: must be ${min} to ${max}, found ${found}`]
      : []),
    ...(new Set(zones).size < zones.length ? [`availabilityZones: must differ, found ${found}`] : []),
  ];
}

/** The address as a number; NaN where the text is no block. */
function parse(cidr: string): { address: number; prefix: number } {
  const [, dotted = "", bits = ""] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{1,2})$/.exec(cidr) ?? [];
  const octets = dotted.split(".").map(Number);
  const prefix = Number(bits);
  const valid = dotted !== "" && prefix <= 32 && octets.every((octet) => octet <= 255);
  return { address: valid ? octets.reduce((sum, octet) => sum * 256 + octet, 0) : Number.NaN, prefix };
}
