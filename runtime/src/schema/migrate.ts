import { withClient, type ConnectionOptions } from "./connect.ts";
import { ensureDatabase } from "./databases.ts";
import { withSessionLock } from "./lock.ts";
import type { Logger } from "./logger.ts";
import { applyMigrations } from "./migrations.ts";
import { makePartitions } from "./partitions/partitions.ts";
import type { MigrateSettings } from "./settings.ts";
import { step } from "./step.ts";
import { allowMonitoring, ensureUser } from "./users.ts";

export interface MigrateOptions {
  readonly now: () => Date;
  readonly logger: Logger;
}

/**
 * Users, databases, tables, indexes and partitions, from whatever there is to what there shall be. Each step finds out
 * itself what is missing, so that it may be interrupted and run again, and two at once wait for each other.
 */
export async function migrate(settings: MigrateSettings, { now, logger }: MigrateOptions): Promise<void> {
  const { master, application, n8n, exporter } = settings;
  await withClient(master, (client) =>
    withSessionLock(client, async () => {
      for (const user of [application.user, n8n.user, exporter]) {
        const made = () => ensureUser(client, user);
        await step(logger, `user ${user.name}`, made);
      }
      await step(logger, `${exporter.name} may read figures`, () => allowMonitoring(client, exporter.name));
      for (const { database, user } of [application, n8n]) {
        const made = () => ensureDatabase(client, { database, owner: user.name });
        await step(logger, `database ${database}`, made);
      }
    }),
  );
  // As the application itself: the tables are its own, and that its password works is seen at once.
  const own: ConnectionOptions = { ...master, ...credentialOf(application.user), database: application.database };
  await withClient(own, async (client) => {
    await step(logger, "migrations", async () => ({ applied: await applyMigrations(client, { logger }) }));
    await step(logger, "partitions", () => makePartitions(client, { now, logger }));
  });
}

const credentialOf = ({ name, password }: { name: string; password: string }) => ({ user: name, password });
