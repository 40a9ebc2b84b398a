export { withClient, type ConnectionOptions } from "./connect.ts";
export { jsonLogger, silent, type Logger } from "./logger.ts";
export { migrate, type MigrateOptions } from "./migrate.ts";
export { applyMigrations, type MigrationsOptions } from "./migrations.ts";
export { createIndexOnline, createPartitionedIndexOnline, type IndexSpec, type Session } from "./onlineIndex.ts";
export { maintainPartitions, type PartitionsOptions, type PartitionsResult } from "./partitions/partitions.ts";
export type { Retention } from "./partitions/retention.ts";
export { migrateSettings, partitionsSettings, type MigrateSettings, type PartitionsSettings } from "./settings.ts";
export type { User } from "./users.ts";
