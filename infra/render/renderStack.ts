import { parseConfig } from "../config/parseConfig.ts";
import { readStackFile } from "../config/stackFile.ts";
import { createPlatform } from "../platform.ts";
import { sizing, type Size } from "../sizing.ts";
import { capture, type CapturedResource } from "./capture.ts";

/**
 * Every resource that the program registers for a stack; of another size, with the users that size is planned for.
 * @throws {Error} when the stack's file is missing, {ConfigError} when its configuration is refused
 */
export async function renderStack(stack: string, size?: Size): Promise<readonly CapturedResource[]> {
  const raw = readStackFile(stack);
  const resized = size === undefined ? {} : { size, users: String(Math.min(Number(raw["users"]), sizing[size].users)) };
  const config = parseConfig({ ...raw, ...resized }, `Pulumi.${stack}.yaml`);
  const { resources } = await capture(() => createPlatform(config), { stack });
  return resources;
}
