import { join } from "node:path";
import { isModuleBuilt, moduleBuild, type GoModule } from "../go/moduleBuild.ts";

const module: GoModule = {
  path: "github.com/opentofu/opentofu",
  version: "v1.12.6",
  sum: "h1:0VT4P8pMmGcCUnQ9JDrJ+Qg2d35Vzm4FFd/9+H7oF98=",
  package: "./cmd/tofu",
};

/** Path of OpenTofu, built from its pinned source: 5 minutes the first time. */
export async function tofuBinary(): Promise<string> {
  return join(await moduleBuild("tofu", module), "tofu");
}

/** Whether it needs no building. */
export function isTofuBuilt(): boolean {
  return isModuleBuilt("tofu", module);
}
