import { parseConfig, type PlatformConfig } from "../../../infra/config/parseConfig.ts";
import { readStackFile } from "../../../infra/config/stackFile.ts";
import type { Size } from "../../../infra/sizing.ts";

/** A stack's configuration with another size, for so few users that every size carries them. */
export function stackConfig(stack: string, size: Size): PlatformConfig {
  return parseConfig({ ...readStackFile(stack), size, users: "10" }, `Pulumi.${stack}.yaml`);
}
