import { loadConfig } from "./config/loadConfig.ts";
import { createPlatform } from "./platform.ts";

/** The stack's outputs. */
export default createPlatform(loadConfig());
