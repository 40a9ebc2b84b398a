/** Usage: node runtime/src/schema/main.ts migrate|partitions; the variables of each are in docs/runtime/schema.md. */
import { Environment } from "../environment/environment.ts";
import { withClient } from "./connect.ts";
import { jsonLogger, type Logger } from "./logger.ts";
import { migrate } from "./migrate.ts";
import { maintainPartitions } from "./partitions/partitions.ts";
import { migrateSettings, partitionsSettings } from "./settings.ts";
import { step } from "./step.ts";

const now = (): Date => new Date();

const commands: Readonly<Record<string, (environment: Environment, logger: Logger) => Promise<void>>> = {
  async migrate(environment, logger) {
    const settings = migrateSettings(environment);
    environment.check();
    await migrate(settings, { now, logger });
  },
  async partitions(environment, logger) {
    const { connection, retention } = partitionsSettings(environment);
    environment.check();
    const work = () => withClient(connection, (client) => maintainPartitions(client, { now, logger, retention }));
    await step(logger, "partitions", work);
  },
};

const logger = jsonLogger((line) => process.stdout.write(line), now);
const started = performance.now();
const seconds = (): number => Math.round(performance.now() - started) / 1000;
try {
  const [name = "", ...rest] = process.argv.slice(2);
  const command = rest.length === 0 && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new Error(`usage: schema ${Object.keys(commands).join("|")}`);
  await command(new Environment(process.env), logger);
  logger.info({ seconds: seconds() }, `${name} done`);
} catch (error) {
  const { message, code } = error as { message?: unknown; code?: unknown };
  logger.error({ code, seconds: seconds() }, typeof message === "string" ? message : String(error));
  process.exitCode = 1;
}
