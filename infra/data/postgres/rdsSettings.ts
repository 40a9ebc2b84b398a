import type { Sizing } from "../../sizing.ts";
import { instanceClassFor } from "./instanceClass.ts";

/** RDS ended 17.1 to 17.4 in May 2026; a newer minor version is put in here and rolled out by `pulumi up`. */
export const engine = { version: "17.7", family: "postgres17" } as const;

/** What the environment decides. */
export interface InstanceDurability {
  /** Pulumi refuses to delete the primary and its key. */
  readonly protect: boolean;
  /** AWS refuses to delete an instance. */
  readonly deletionProtection: boolean;
  /** A standby in a second zone. */
  readonly multiAz: boolean;
  /** A deleted primary leaves a snapshot behind; before a second deletion that snapshot must be renamed. */
  readonly finalSnapshot: boolean;
  /** 1 to 35. */
  readonly backupRetentionDays: number;
  /** One of the periods that CloudWatch offers. */
  readonly logRetentionDays: number;
}

/** The disk may grow to so many times its first size, in steps that RDS chooses. */
const storageGrowth = 2;

/** What Performance Insights keeps without being paid for it. */
const insightsDays = 7;

/** Settings that the primary and its replicas share: a replica that is promoted must be as good. */
export function commonSettings(sizing: Sizing["postgres"], { deletionProtection }: InstanceDurability) {
  return {
    instanceClass: instanceClassFor(sizing),
    storageType: "gp3",
    storageEncrypted: true,
    maxAllocatedStorage: sizing.storageGi * storageGrowth,
    publiclyAccessible: false,
    deletionProtection,
    copyTagsToSnapshot: true,
    // A version is changed by a commit, never by a night.
    autoMinorVersionUpgrade: false,
    caCertIdentifier: "rds-ca-rsa2048-g1",
    // UTC: the hours in which the fewest work, and never both at once.
    backupWindow: "01:00-02:00",
    maintenanceWindow: "sun:02:30-sun:03:30",
    enabledCloudwatchLogsExports: ["postgresql"],
    performanceInsightsEnabled: true,
    performanceInsightsRetentionPeriod: insightsDays,
    // Seconds between two values of Enhanced Monitoring.
    monitoringInterval: 60,
  };
}
