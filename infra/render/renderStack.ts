import { parseConfig, type PlatformConfig } from "../config/parseConfig.ts";
import { readStackFile } from "../config/stackFile.ts";
import { createPlatform } from "../platform.ts";
import { sizing, type Size } from "../sizing.ts";
import { capture, type CapturedResource } from "./capture.ts";

/**
 * Every resource that the program registers for a stack; of another size, with the users that size is planned for.
 * @throws {Error} when the stack's file is missing, {ConfigError} when its configuration is refused
 */
export async function renderStack(stack: string, size?: Size): Promise<readonly CapturedResource[]> {
  const config = readConfig(stack, size);
  const { resources } = await capture(() => createPlatform(config), { stack });
  return resources;
}

/** A stack's configuration, as its file has it but for the size. */
export function readConfig(stack: string, size?: Size): PlatformConfig {
  const raw = readStackFile(stack);
  const resized = size === undefined ? {} : { size, users: String(Math.min(Number(raw["users"]), sizing[size].users)) };
  return parseConfig({ ...raw, ...resized }, `Pulumi.${stack}.yaml`);
}
