/** What the environment decides: how much a mistake may destroy, and how long the past is kept. Capacity is the size's. */

export const environments = ["dev", "prod", "local"] as const;
export type Environment = (typeof environments)[number];

export interface Safety {
  /** Pulumi refuses to delete or replace what holds data. */
  readonly protect: boolean;
  /** AWS refuses to delete it, whoever asks. */
  readonly deletionProtection: boolean;
  /** A standby of the database in a second zone. */
  readonly multiAz: boolean;
  readonly finalSnapshot: boolean;
  readonly backupRetentionDays: number;
  readonly logRetentionDays: number;
  readonly natGateways: "single" | "perZone";
  /** The Kubernetes API is reached from within the network alone. */
  readonly privateEndpoint: boolean;
  /** Images, tokens and logs do not leave the network. */
  readonly interfaceEndpoints: boolean;
  /** Nodes that AWS may take back at two minutes' notice, for what has no state. */
  readonly spotNodes: boolean;
  /** Images are named by digest, so that nobody can put another one under the same tag. */
  readonly digestPins: boolean;
  /** Fewer availability zones are refused. */
  readonly minZones: number;
}

const relaxed: Safety = {
  protect: false,
  deletionProtection: false,
  multiAz: false,
  finalSnapshot: false,
  backupRetentionDays: 1,
  logRetentionDays: 7,
  natGateways: "single",
  privateEndpoint: false,
  interfaceEndpoints: false,
  spotNodes: true,
  digestPins: false,
  // A load balancer and a database's subnet group want two.
  minZones: 2,
};

export const safety: Readonly<Record<Environment, Safety>> = {
  local: relaxed,
  dev: relaxed,
  prod: {
    protect: true,
    deletionProtection: true,
    multiAz: true,
    finalSnapshot: true,
    // The longest that RDS keeps.
    backupRetentionDays: 35,
    logRetentionDays: 90,
    natGateways: "perZone",
    privateEndpoint: true,
    interfaceEndpoints: true,
    spotNodes: false,
    digestPins: true,
    // Three members of a quorum stand in three zones.
    minZones: 3,
  },
};
